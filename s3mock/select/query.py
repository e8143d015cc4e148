"""From the text of an expression to a query: parsed by sqlglot, and refused as S3 refuses what is not its SQL.

S3's codes are those of PartiQL's parser. Messages marked "seen" were answered by S3; where a code's exact condition is
not documented the choice is assumed, and follows the code's own description in the list of error codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from s3mock.errors import S3Error
from s3mock.select.dialect import S3Select
from s3mock.select.paths import ALL, Name, Path, Step
from s3mock.select.words import GROUPS, JOINS, RESERVED, UNEXPECTED

_TABLE = Name("S3Object", quoted=False)
_STRANGE = {
    TokenType.AMP,
    TokenType.CARET,
    TokenType.DOLLAR,
    TokenType.HASH,
    TokenType.PARAMETER,
    TokenType.PLACEHOLDER,
    TokenType.TILDE,
}
_INFIX = {
    TokenType.DPIPE,
    TokenType.EQ,
    TokenType.GT,
    TokenType.GTE,
    TokenType.LT,
    TokenType.LTE,
    TokenType.MOD,
    TokenType.NEQ,
    TokenType.SLASH,
}
"""Operators that stand between two expressions."""

_OPENING = _INFIX | {
    TokenType.AND,
    TokenType.BETWEEN,
    TokenType.CASE,
    TokenType.COMMA,
    TokenType.ELSE,
    TokenType.ESCAPE,
    TokenType.IN,
    TokenType.LIKE,
    TokenType.L_BRACKET,
    TokenType.L_PAREN,
    TokenType.NOT,
    TokenType.OR,
    TokenType.SELECT,
    TokenType.THEN,
    TokenType.WHEN,
    TokenType.WHERE,
}
"""What an expression follows upon."""

_NAMES = {TokenType.IDENTIFIER, TokenType.VAR}
_QUOTED = {TokenType.BYTE_STRING, TokenType.IDENTIFIER, TokenType.STRING}
_MOST_DIGITS = 19  # of a LIMIT; int() is never asked to read a longer text


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the result: its alias, if it has one, and its expression."""

    alias: str | None
    expression: exp.Expr


@dataclass(frozen=True, slots=True)
class Query:
    """A query. ``columns`` is None for ``*``; ``source`` are the steps behind ``S3Object[*]``; ``path`` if any."""

    columns: tuple[Column, ...] | None
    alias: Name
    source: tuple[Step, ...]
    where: exp.Expr | None
    limit: int | None


def parse(expression: str) -> Query:
    """Return the query that an expression is. Raises S3Error."""
    dialect = S3Select()
    try:
        tokens = dialect.tokenize(expression)
    except TokenError:
        raise S3Error("LexerInvalidChar") from None
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:  # assumed; ceph's s3-tests send it always
        tokens.pop()
    if not tokens:
        raise S3Error("ParseEmptySelect")
    _check_words(expression, tokens)
    try:
        statements = dialect.parser().parse(tokens, expression)
    except ParseError as error:
        raise _unexpected(expression, tokens, error) from None
    except RecursionError:
        raise S3Error("MaxOperatorsExceeded") from None
    select = statements[0] if len(statements) == 1 else None
    if not isinstance(select, exp.Select):
        raise S3Error("ParseUnsupportedSelect")
    return _query(select, expression)


def place(expression: str, start: int) -> tuple[int, int]:
    """Return line and column, counted from 1, of a character of the expression."""
    return expression.count("\n", 0, start) + 1, start - expression.rfind("\n", 0, start)


def _check_words(expression: str, tokens: Sequence[Token]) -> None:
    """Refuse characters, words behind a dot and clauses that S3 does not know, where sqlglot would take them."""
    grouped = False
    for first, before, token in zip([None, None, *tokens], [None, *tokens], tokens, strict=False):
        if token.token_type in _STRANGE:
            raise S3Error("LexerInvalidChar")
        if token.token_type is TokenType.SEMICOLON:
            raise S3Error("ParseUnexpectedToken", f"Unexpected token found SEMICOLON:; {_at(expression, token)}")
        word = token.text.lower() if token.token_type not in _QUOTED else ""
        if before is not None and first is not None and before.token_type is TokenType.DOT:
            _check_component(expression, first, before, token)
        elif token.token_type in _INFIX and (before is None or before.token_type in _OPENING):
            raise _unexpected_operator(expression, token)
        elif word in UNEXPECTED:  # seen, of ORDER: ClickBench's README on S3 Select
            raise S3Error("ParseUnexpectedToken", f"Unexpected token found KEYWORD:UNKNOWN {_at(expression, token)}")
        elif word in JOINS:
            raise S3Error("ParseMalformedJoin")
        grouped = grouped or word in GROUPS
    if grouped:
        raise S3Error("UnsupportedSqlStructure")


def _check_component(expression: str, owner: Token, dot: Token, token: Token) -> None:
    """Refuse what is no name behind a dot. Both messages are seen: apache/hadoop, s3_select.md."""
    kind = token.token_type
    if kind is TokenType.NUMBER:
        if owner.token_type in {*_NAMES, TokenType.R_BRACKET}:  # S3 reads the dot as that of a decimal fraction
            literal = f"{int(token.text)}d-{len(token.text)}" if _is_index(token.text) else f".{token.text}"
            raise S3Error("ParseUnexpectedToken", f"Unexpected token found LITERAL:{literal} {_at(expression, dot)}")
        return
    found = "LITERAL" if kind is TokenType.STRING else "OPERATOR"
    if kind not in _QUOTED and token.text.lower() in RESERVED:
        found = "KEYWORD"
    elif kind in {*_NAMES, TokenType.STAR}:
        return
    line, column = place(expression, token.start)
    message = f"Invalid Path component, expecting either an IDENTIFIER or STAR, got: {found},at line {line}, "
    raise S3Error("ParseInvalidPathComponent", f"{message}column {column}.")


def _at(expression: str, token: Token) -> str:
    return "at line {}, column {}.".format(*place(expression, token.start))


def _unexpected(expression: str, tokens: Sequence[Token], error: ParseError) -> S3Error:
    """Return S3's error for the token that the parser stumbled over."""
    found = error.errors[0] if error.errors else {}
    token = next(
        (
            token
            for token in tokens
            if token.line == found.get("line")
            and token.col == found.get("col")
            and expression[token.start : token.end + 1] == found.get("highlight")
        ),
        tokens[-1],
    )
    at, word = _at(expression, token), token.text.lower()
    if token.token_type is TokenType.STRING:
        kind = f"LITERAL:'{token.text}'"
    elif token.token_type is TokenType.NUMBER:
        kind = f"LITERAL:{token.text}"
    elif token.token_type is TokenType.IDENTIFIER:
        kind = f"QUOTED_IDENTIFIER:'{token.text}'"
    elif word in RESERVED:
        kind = "KEYWORD:UNKNOWN"  # seen, of ORDER: ClickBench's README on S3 Select
    elif token.token_type is TokenType.VAR:
        kind = f"IDENTIFIER:'{token.text}'"
    else:
        return _unexpected_operator(expression, token)
    return S3Error("ParseUnexpectedToken", f"Unexpected token found {kind} {at}")  # seen: ibid.


def _unexpected_operator(expression: str, token: Token) -> S3Error:
    # Seen: apache/hadoop, s3_select.md.
    message = f"Unexpected operator OPERATOR:'{token.text}' {_at(expression, token)}"
    return S3Error("ParseUnexpectedOperator", message)


def _query(select: exp.Select, expression: str) -> Query:
    columns = select.expressions
    table = select.args.get("from_") or select.args.get("from")
    if not columns:
        raise S3Error("ParseEmptySelect")
    if table is None:
        raise S3Error("ParseSelectMissingFrom")
    if select.args.get("joins"):
        raise S3Error("MultipleDataSourcesUnsupported")
    if select.args.get("distinct") or any(node is not select for node in select.find_all(exp.Select)):
        raise S3Error("UnsupportedSqlStructure")
    alias, source = _source(table.this, expression)
    where = select.args.get("where")
    return Query(
        columns=_columns(columns, alias),
        alias=alias,
        source=source,
        where=where and where.this,
        limit=_limit(select.args.get("limit")),
    )


def _columns(columns: Iterable[exp.Expr], alias: Name) -> tuple[Column, ...] | None:
    """Return the columns of the SELECT list, or None where it is ``*`` or the alias with ``.*``."""
    given = tuple(columns)
    if any(isinstance(column, exp.Star) or isinstance(column.this, exp.Star) for column in given):
        if len(given) > 1:
            raise S3Error("ParseAsteriskIsNotAloneInSelectList")
        (star,) = given
        if isinstance(star, exp.Column) and (star.args.get("db") or not alias.means(star.table)):
            raise S3Error("ParseInvalidContextForWildcardInSelectList")
        return None
    return tuple(
        Column(_alias(column.args["alias"]).text, column.this)
        if isinstance(column, exp.Alias)
        else Column(None, column)
        for column in given
    )


def _alias(identifier: exp.Expr) -> Name:
    if not isinstance(identifier, exp.Identifier):
        raise S3Error("ParseExpectedIdentForAlias")
    if not identifier.quoted and identifier.name.lower() in RESERVED:
        raise S3Error("ParseExpectedIdentForAlias")
    return Name(identifier.name, bool(identifier.quoted))


def _source(table: exp.Expr, expression: str) -> tuple[Name, tuple[Step, ...]]:
    """Return the records' name and the steps behind ``S3Object[*]`` (User Guide, SELECT command, FROM clause)."""
    alias = None
    if isinstance(table, exp.Alias):
        alias, table = _alias(table.args["alias"]), table.this
    first, *steps = path_of(table, expression).steps
    if not isinstance(first, Name) or not first.means(_TABLE.text):
        raise S3Error("EvaluatorBindingDoesNotExist")
    if steps and steps[0] is not ALL:
        raise S3Error("InvalidKeyPath")  # the Guide says that there is no S3Object.path
    if alias is None:
        last = steps[-1] if len(steps) > 1 else _TABLE
        # "If the path ends in a wildcard rather than a name, then you can use the value _1."
        alias = last if isinstance(last, Name) else Name("_1", quoted=True)
    return alias, tuple(steps[1:])


def _limit(limit: exp.Expr | None) -> int | None:
    if limit is None:
        return None
    count = limit.expression
    negative = isinstance(count, exp.Neg)
    count = count.this if negative else count
    if not isinstance(count, exp.Literal) or count.is_string or not _is_index(count.name):
        raise S3Error("ParseExpectedNumber")
    if negative and int(count.name):
        raise S3Error("EvaluatorNegativeLimit")
    return int(count.name)


def path_of(node: exp.Expr, expression: str) -> Path:
    """Return the path that a reference is. Raises S3Error where it is none, or is a reserved word."""
    steps: list[Step] = []
    start = len(expression)
    reversed_parts: list[exp.Expr] = []
    while isinstance(node, (exp.Dot, exp.Bracket)):
        if isinstance(node, exp.Dot):
            reversed_parts.append(node.expression)
        elif len(node.expressions) == 1:
            reversed_parts.append(exp.Bracket(this=node.expressions[0]))
        else:
            raise S3Error("ParseInvalidPathComponent")
        node = node.this
    if not isinstance(node, exp.Column):
        raise S3Error("ParseInvalidPathComponent")
    for part in [*node.parts, *reversed(reversed_parts)]:
        steps.append(_step(part))
        if isinstance(part, exp.Identifier):
            start = min(start, part.meta.get("start", start))
    first = node.parts[0]
    line, column = place(expression, start)
    if isinstance(first, exp.Identifier) and not first.quoted and first.name.lower() in RESERVED:
        message = f"Unexpected keyword KEYWORD:UNKNOWN at line {line}, column {column}."
        raise S3Error("ParseUnExpectedKeyword", message)
    return Path(tuple(steps), line, column)


def _step(part: exp.Expr) -> Step:
    if isinstance(part, exp.Identifier):
        return Name(part.name, bool(part.quoted))
    if isinstance(part, exp.Star):
        return ALL
    index = part.this
    if isinstance(part, exp.Bracket):
        if isinstance(index, exp.Star):
            return ALL
        if isinstance(index, exp.Literal):
            if index.is_string:
                return Name(index.name, quoted=True)
            if _is_index(index.name):
                return int(index.name)
    raise S3Error("ParseInvalidPathComponent")


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def label(node: exp.Expr, expression: str) -> str | None:
    """Return the name that a column of the result has by itself: the last one of its path."""
    return path_of(node, expression).label if isinstance(node, (exp.Column, exp.Dot)) else None
