"""The SQL of S3 Select as a dialect of sqlglot: its keywords, and ``FROM S3Object[*].path``.

sqlglot is the parser; this module only removes what S3 does not have, and adds the two things that other SQL does not
have: Ion literals in backticks, and a path after the table.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlglot import exp, parser, tokens
from sqlglot.dialects.dialect import Dialect
from sqlglot.tokens import TokenType

_RESERVED = (
    "absolute action add all allocate alter and any are as asc assertion at authorization avg bag begin "
    "between bit bit_length blob bool boolean both by cascade cascaded case cast catalog char char_length "
    "character character_length check clob close coalesce collate collation column commit connect "
    "connection constraint constraints continue convert corresponding count create cross current "
    "current_date current_time current_timestamp current_user cursor date day deallocate dec decimal "
    "declare default deferrable deferred delete desc describe descriptor diagnostics disconnect distinct "
    "domain double drop else end end-exec escape except exception exec execute exists external extract "
    "false fetch first float for foreign found from full get global go goto grant group having hour "
    "identity immediate in indicator initially inner input insensitive insert int integer intersect "
    "interval into is isolation join key language last leading left level like limit list local lower "
    "match max min minute missing module month names national natural nchar next no not null nullif "
    "numeric octet_length of on only open option or order outer output overlaps pad partial pivot "
    "position precision prepare preserve primary prior privileges procedure public read real references "
    "relative restrict revoke right rollback rows schema scroll second section select session "
    "session_user set sexp size smallint some space sql sqlcode sqlerror sqlstate string struct substring "
    "sum symbol system_user table temporary then time timestamp timezone_hour timezone_minute to trailing "
    "transaction translate translation trim true tuple union unique unknown unpivot update upper usage "
    "user using value values varchar varying view when whenever where with work write year zone "
)
RESERVED = frozenset(_RESERVED.split())
"""The keywords that are names only in quotes (User Guide, SELECT command, "Using reserved keywords as user-defined
terms")."""

GROUPING = frozenset({"group", "having"})
"""Clauses that S3 parses and does not support (seen: ClickBench's README shows the word at which S3 fails)."""

UNEXPECTED = frozenset({"except", "intersect", "order", "union"})
"""Clauses that S3's parser does not know."""

JOINS = frozenset({"cross", "full", "inner", "join", "left", "natural", "outer", "right"})

_KEYWORDS = {
    "ALL": TokenType.ALL,
    "AND": TokenType.AND,
    "AS": TokenType.ALIAS,
    "BETWEEN": TokenType.BETWEEN,
    "BOOL": TokenType.BOOLEAN,
    "BOOLEAN": TokenType.BOOLEAN,
    "CASE": TokenType.CASE,
    "CHAR": TokenType.CHAR,
    "CHARACTER": TokenType.CHAR,
    "DEC": TokenType.DECIMAL,
    "DECIMAL": TokenType.DECIMAL,
    "DOUBLE PRECISION": TokenType.DOUBLE,
    "DISTINCT": TokenType.DISTINCT,
    "ELSE": TokenType.ELSE,
    "END": TokenType.END,
    "ESCAPE": TokenType.ESCAPE,
    "FALSE": TokenType.FALSE,
    "FLOAT": TokenType.FLOAT,
    "FOR": TokenType.FOR,
    "FROM": TokenType.FROM,
    "IN": TokenType.IN,
    "INT": TokenType.INT,
    "INTEGER": TokenType.INT,
    "IS": TokenType.IS,
    "LIKE": TokenType.LIKE,
    "LIMIT": TokenType.LIMIT,
    "NOT": TokenType.NOT,
    "NULL": TokenType.NULL,
    "NUMERIC": TokenType.DECIMAL,
    "OR": TokenType.OR,
    "REAL": TokenType.FLOAT,
    "SELECT": TokenType.SELECT,
    "SMALLINT": TokenType.INT,
    "STRING": TokenType.TEXT,
    "THEN": TokenType.THEN,
    "TIMESTAMP": TokenType.TIMESTAMP,
    "TRUE": TokenType.TRUE,
    "VARCHAR": TokenType.VARCHAR,
    "WHEN": TokenType.WHEN,
    "WHERE": TokenType.WHERE,
    "<=": TokenType.LTE,
    ">=": TokenType.GTE,
    "<>": TokenType.NEQ,
    "!=": TokenType.NEQ,
    "||": TokenType.DPIPE,
}
"""The words and symbols of the grammar; functions and columns are just names."""


class S3Select(Dialect):
    """The dialect."""

    class Tokenizer(tokens.Tokenizer):
        """Double quotes around names, single quotes around strings, backticks around Ion."""

        IDENTIFIERS: ClassVar[list[str | tuple[str, str]]] = ['"']
        BYTE_STRINGS: ClassVar[list[str | tuple[str, str]]] = [("`", "`")]
        KEYWORDS: ClassVar[dict[str, TokenType]] = _KEYWORDS

    class Parser(parser.Parser):
        """One SELECT. A function is a name with arguments, except for the five that have a syntax of their own."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
        NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            "CASE": parser.Parser.NO_PAREN_FUNCTION_PARSERS["CASE"],
        }
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parser.Parser.FUNCTION_PARSERS[name] for name in ("CAST", "EXTRACT", "SUBSTRING", "TRIM")
        }

        def _parse_table(self, *_args: Any, **_options: Any) -> exp.Expr | None:
            """``S3Object[*].path AS alias``, with a path as of a column."""
            source = self._parse_column()
            alias = self._parse_table_alias()
            return exp.alias_(source, alias.this) if source is not None and alias is not None else source
