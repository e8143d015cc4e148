"""The SQL of S3 Select, as a dialect of sqlglot: its words, and ``FROM S3Object[*].path``.

sqlglot is the parser; what stands here only takes away what S3 does not have, and adds the two things that other SQL
does not have: Ion literals in backticks, and a path behind the table.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlglot import exp, parser, tokens
from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import TokenType

WORDS = {
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
}
"""The words that the grammar knows; functions and columns are no words."""

SYMBOLS = {"<=": TokenType.LTE, ">=": TokenType.GTE, "<>": TokenType.NEQ, "!=": TokenType.NEQ, "||": TokenType.DPIPE}


class S3Select(Dialect):
    """The dialect."""

    class Tokenizer(tokens.Tokenizer):
        """Words, double quotes around names, single quotes around strings, backticks around Ion."""

        IDENTIFIERS: ClassVar[list[str | tuple[str, str]]] = ['"']
        BYTE_STRINGS: ClassVar[list[str | tuple[str, str]]] = [("`", "`")]
        KEYWORDS: ClassVar[dict[str, TokenType]] = {**SYMBOLS, **WORDS}

    class Parser(parser.Parser):
        """One SELECT; every function is a name with arguments, but for the four that have a syntax of their own."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
        NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            "CASE": parser.Parser.NO_PAREN_FUNCTION_PARSERS["CASE"],
        }
        FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
            name: parser.Parser.FUNCTION_PARSERS[name] for name in ("CAST", "EXTRACT", "SUBSTRING", "TRIM")
        }

        def _parse_table(self, *_args: Any, **_options: Any) -> exp.Expr | None:
            """Read ``S3Object[*].path AS alias``: the path is spelt like that of a column."""
            source = self._parse_column()
            alias = self._parse_table_alias()
            return exp.alias_(source, alias.this) if source is not None and alias is not None else source
