"""From the text of an expression to a query: sqlglot parses it, and what is not S3's SQL is refused as S3 does.

S3's codes are those of PartiQL's parser. Messages marked "seen" were answered by S3; where the exact condition of a
code is not documented it is assumed, after the code's description in the list of error codes.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokens import Token, TokenType

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.select.dialect import GROUPING, JOINS, RESERVED, UNEXPECTED, S3Select
from s3mock.select.paths import ALL, Name, Path, Step

_TABLE = Name("S3Object", quoted=False)
_INVALID_CHARACTERS = {
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
"""Operators that need an expression on both sides."""

_BEFORE_EXPRESSIONS = _INFIX | {
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

_NAMES = {TokenType.IDENTIFIER, TokenType.VAR}
_QUOTED = {TokenType.BYTE_STRING, TokenType.IDENTIFIER, TokenType.STRING}
_MOST_DIGITS = 19  # of an index or a LIMIT: keeps int() away from longer texts


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the result: its alias, if any, and its expression."""

    alias: str | None
    expression: exp.Expr


@dataclass(frozen=True, slots=True)
class Query:
    """A query. ``columns`` is None for ``*``; ``source`` is the steps after ``S3Object[*]``."""

    columns: tuple[Column, ...] | None
    alias: Name
    source: tuple[Step, ...]
    where: exp.Expr | None
    limit: int | None


def parse(expression: str) -> Query:
    """The query of an expression. Raises S3Error."""
    dialect = S3Select()
    try:
        tokens = dialect.tokenize(expression)
    except TokenError:
        raise S3Error("LexerInvalidChar") from None
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:  # User Guide, "Aggregate functions", SUM example
        tokens.pop()
    if not tokens:
        raise S3Error("ParseEmptySelect")
    _check_tokens(expression, tokens)
    try:
        statements = dialect.parser().parse(tokens, expression)
    except ParseError as error:
        raise _unexpected(expression, tokens, error) from None
    except RecursionError:
        raise S3Error("MaxOperatorsExceeded") from None

    select = statements[0] if len(statements) == 1 else None
    if not isinstance(select, exp.Select):
        raise S3Error("ParseUnsupportedSelect")
    table = select.args.get("from_") or select.args.get("from")
    if not select.expressions:
        raise S3Error("ParseEmptySelect")
    if table is None:
        raise S3Error("ParseSelectMissingFrom")
    if select.args.get("joins"):
        raise S3Error("MultipleDataSourcesUnsupported")
    if select.args.get("distinct") or any(node is not select for node in select.find_all(exp.Select)):
        raise S3Error("UnsupportedSqlStructure")

    # FROM S3Object[*].path AS alias (User Guide, SELECT command, FROM clause)
    source, alias = table.this, None
    if isinstance(source, exp.Alias):
        source, alias = source.this, _alias(source.args["alias"])
    first, *steps = path_of(source, expression).steps
    if not isinstance(first, Name) or not first.matches(_TABLE.text):
        raise S3Error("EvaluatorBindingDoesNotExist")
    if steps and steps[0] is not ALL:
        raise S3Error("InvalidKeyPath")  # the Guide says that there is no S3Object.path
    if alias is None:
        last = steps[-1] if len(steps) > 1 else _TABLE
        # "If the path ends in a wildcard rather than a name, then you can use the value _1."
        alias = last if isinstance(last, Name) else Name("_1", quoted=True)

    columns = None
    if not _is_star(select.expressions, alias):
        columns = tuple(
            Column(_alias(column.args["alias"]).text, column.this)
            if isinstance(column, exp.Alias)
            else Column(None, column)
            for column in select.expressions
        )

    limit = None
    if select.args.get("limit") is not None:
        count = select.args["limit"].expression
        negative = isinstance(count, exp.Neg)
        count = count.this if negative else count
        if not isinstance(count, exp.Literal) or count.is_string or not _is_index(count.name):
            raise S3Error("ParseExpectedNumber")
        limit = int(count.name)
        if negative and limit:
            raise S3Error("EvaluatorNegativeLimit")

    where = select.args.get("where")
    return Query(columns, alias, tuple(steps[1:]), where and where.this, limit)


def _is_star(columns: Sequence[exp.Expr], alias: Name) -> bool:
    """Whether the SELECT list is ``*`` or ``alias.*``. Raises S3Error where a star is in another place."""
    if not any(isinstance(column, exp.Star) or isinstance(column.this, exp.Star) for column in columns):
        return False
    if len(columns) > 1:
        raise S3Error("ParseAsteriskIsNotAloneInSelectList")
    (star,) = columns
    if isinstance(star, exp.Column) and (star.args.get("db") or not alias.matches(star.table)):
        raise S3Error("ParseInvalidContextForWildcardInSelectList")
    return True


def _alias(identifier: exp.Expr) -> Name:
    if not isinstance(identifier, exp.Identifier):
        raise S3Error("ParseExpectedIdentForAlias")
    if not identifier.quoted and identifier.name.lower() in RESERVED:
        raise S3Error("ParseExpectedIdentForAlias")
    return Name(identifier.name, bool(identifier.quoted))


# --- Paths


def path_of(node: exp.Expr, expression: str) -> Path:
    """The path of a reference. Raises S3Error for anything else, and for a reserved word."""
    after_column: list[exp.Expr] = []  # the last step first
    while isinstance(node, (exp.Dot, exp.Bracket)):
        if isinstance(node, exp.Dot):
            after_column.append(node.expression)
        elif len(node.expressions) == 1:
            after_column.append(exp.Bracket(this=node.expressions[0]))
        else:
            raise S3Error("ParseInvalidPathComponent")
        node = node.this
    if not isinstance(node, exp.Column):
        raise S3Error("ParseInvalidPathComponent")
    parts = [*node.parts, *reversed(after_column)]
    steps: list[Step] = []
    for part in parts:
        index = part.this if isinstance(part, exp.Bracket) else None
        if isinstance(part, exp.Identifier):
            steps.append(Name(part.name, bool(part.quoted)))
        elif isinstance(part, exp.Star) or isinstance(index, exp.Star):
            steps.append(ALL)
        elif isinstance(index, exp.Literal) and index.is_string:
            steps.append(Name(index.name, quoted=True))
        elif isinstance(index, exp.Literal) and _is_index(index.name):
            steps.append(int(index.name))
        else:
            raise S3Error("ParseInvalidPathComponent")

    starts = [part.meta["start"] for part in parts if isinstance(part, exp.Identifier) and "start" in part.meta]
    line, column = line_and_column(expression, min(starts, default=len(expression)))
    first = parts[0]
    if isinstance(first, exp.Identifier) and not first.quoted and first.name.lower() in RESERVED:
        message = f"Unexpected keyword KEYWORD:UNKNOWN at line {line}, column {column}."
        raise S3Error("ParseUnExpectedKeyword", message)
    return Path(tuple(steps), line, column)


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS


def label(node: exp.Expr, expression: str) -> str | None:
    """The name that a column of the result has without an alias: the last one of its path."""
    return path_of(node, expression).label if isinstance(node, (exp.Column, exp.Dot)) else None


# --- Errors of the tokens


def line_and_column(expression: str, start: int) -> tuple[int, int]:
    """The line and the column, counted from 1, of a character of the expression."""
    return expression.count("\n", 0, start) + 1, start - expression.rfind("\n", 0, start)


def _at(expression: str, token: Token) -> str:
    return "at line {}, column {}.".format(*line_and_column(expression, token.start))


def _check_tokens(expression: str, tokens: Sequence[Token]) -> None:
    """Refuse characters, path components and clauses that sqlglot accepts and S3 does not."""
    grouped = False
    owners: list[Token | None] = [None, None, *tokens]
    for owner, before, token in zip(owners, owners[1:], tokens, strict=False):
        if token.token_type in _INVALID_CHARACTERS:
            raise S3Error("LexerInvalidChar")
        if token.token_type is TokenType.SEMICOLON:
            raise S3Error("ParseUnexpectedToken", f"Unexpected token found SEMICOLON:; {_at(expression, token)}")
        word = token.text.lower() if token.token_type not in _QUOTED else ""
        if owner is not None and before is not None and before.token_type is TokenType.DOT:
            _check_component(expression, owner, before, token)
        elif token.token_type in _INFIX and (before is None or before.token_type in _BEFORE_EXPRESSIONS):
            raise _unexpected_operator(expression, token)
        elif word in UNEXPECTED:  # seen, of ORDER: ClickBench's README on S3 Select
            raise S3Error("ParseUnexpectedToken", f"Unexpected token found KEYWORD:UNKNOWN {_at(expression, token)}")
        elif word in JOINS:
            raise S3Error("ParseMalformedJoin")
        grouped = grouped or word in GROUPING
    if grouped:
        raise S3Error("UnsupportedSqlStructure")


def _check_component(expression: str, owner: Token, dot: Token, token: Token) -> None:
    """Refuse a token after a dot that is not a name. Both messages are seen: apache/hadoop, s3_select.md."""
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
    line, column = line_and_column(expression, token.start)
    message = f"Invalid Path component, expecting either an IDENTIFIER or STAR, got: {found},at line {line}, "
    raise S3Error("ParseInvalidPathComponent", f"{message}column {column}.")


def _unexpected(expression: str, tokens: Sequence[Token], error: ParseError) -> S3Error:
    """S3's error for the token at which the parser failed."""
    place = error.errors[0] if error.errors else {}
    token = next(
        (
            token
            for token in tokens
            if token.line == place.get("line")
            and token.col == place.get("col")
            and expression[token.start : token.end + 1] == place.get("highlight")
        ),
        tokens[-1],
    )
    if token.token_type is TokenType.STRING:
        found = f"LITERAL:'{token.text}'"
    elif token.token_type is TokenType.NUMBER:
        found = f"LITERAL:{token.text}"
    elif token.token_type is TokenType.IDENTIFIER:
        found = f"QUOTED_IDENTIFIER:'{token.text}'"
    elif token.text.lower() in RESERVED:
        found = "KEYWORD:UNKNOWN"  # seen, of ORDER: ClickBench's README on S3 Select
    elif token.token_type is TokenType.VAR:
        found = f"IDENTIFIER:'{token.text}'"
    else:
        return _unexpected_operator(expression, token)
    return S3Error("ParseUnexpectedToken", f"Unexpected token found {found} {_at(expression, token)}")  # seen: ibid.


def _unexpected_operator(expression: str, token: Token) -> S3Error:
    # Seen: apache/hadoop, s3_select.md.
    message = f"Unexpected operator OPERATOR:'{token.text}' {_at(expression, token)}"
    return S3Error("ParseUnexpectedOperator", message)
