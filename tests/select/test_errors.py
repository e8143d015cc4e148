"""The errors of invalid expressions: S3's codes and, where they were seen, messages."""

from __future__ import annotations

import pytest

from tests.support.responses import refused
from tests.support.select_client import CHECK, NAMED, Data


@pytest.mark.parametrize(
    ("expression", "code", "message"),
    [
        # apache/hadoop, s3_select.md
        (
            "SELECT * FROM S3OBJECT s WHERE s.'odd' is \"true\"",
            "ParseInvalidPathComponent",
            "Invalid Path component, expecting either an IDENTIFIER or STAR, got: LITERAL,at line 1, column 34.",
        ),
        (
            'SELECT * FROM S3OBJECT s WHERE s.odd is "true"',
            "ParseExpectedTypeName",
            "Expected type name, found QUOTED_IDENTIFIER:'true' at line 1, column 41.",
        ),
        (
            "SELECT * FROM S3OBJECT s WHERE s.5 = `true`",
            "ParseUnexpectedToken",
            "Unexpected token found LITERAL:5d-1 at line 1, column 33.",
        ),
        # ClickHouse's ClickBench on S3 Select
        (
            "SELECT CounterID, count(*) FROM S3Object GROUP BY CounterID ORDER BY count(*) DESC LIMIT 10",
            "ParseUnexpectedToken",
            "Unexpected token found KEYWORD:UNKNOWN at line 1, column 61.",
        ),
        (
            'SELECT * FROM S3OBJECT s WHERE s.odd = "true"',
            "MissingHeaders",
            "Some headers in the query are missing from the file. Please check the file and try again.",
        ),
        ('SELECT s."NAME" FROM S3Object s', "MissingHeaders", None),
        ("SELECT s.CAST FROM S3Object s", "ParseInvalidPathComponent", None),
        ("SELECT date FROM S3Object", "ParseUnExpectedKeyword", None),
        ("SELECT name AS date FROM S3Object", "ParseExpectedIdentForAlias", None),
        ("SELECT", "ParseEmptySelect", None),
        ("SELECT FROM S3Object", "ParseEmptySelect", None),
        ("SELECT 1", "ParseSelectMissingFrom", None),
        ("SELECT *, name FROM S3Object", "ParseAsteriskIsNotAloneInSelectList", None),
        ("SELECT x.* FROM S3Object s", "ParseInvalidContextForWildcardInSelectList", None),
        ("SELECT name FROM fruit", "EvaluatorBindingDoesNotExist", None),
        ("SELECT name FROM S3Object.path", "InvalidKeyPath", None),
        ("SELECT name FROM S3Object[*].path", "InvalidKeyPath", None),
        ("SELECT s.name.x FROM S3Object s", "InvalidKeyPath", None),
        ("SELECT name FROM S3Object, S3Object", "MultipleDataSourcesUnsupported", None),
        ("SELECT name FROM S3Object s JOIN S3Object t", "ParseMalformedJoin", None),
        ("SELECT name FROM S3Object GROUP BY name", "UnsupportedSqlStructure", None),
        ("SELECT DISTINCT name FROM S3Object", "UnsupportedSqlStructure", None),
        ("SELECT name FROM (SELECT name FROM S3Object)", "UnsupportedSqlStructure", None),
        ("SELECT name, COUNT(*) FROM S3Object", "UnsupportedSqlStructure", None),
        ("SELECT name FROM S3Object WHERE COUNT(*) > 1", "UnsupportedSqlOperation", None),
        ("SELECT SUM(COUNT(*)) FROM S3Object", "UnsupportedSqlOperation", None),
        ("SELECT SUM(*) FROM S3Object", "ParseUnsupportedCallWithStar", None),
        ("SELECT SUM(id, name) FROM S3Object", "ParseNonUnaryAgregateFunctionCall", None),
        ("SELECT SUM(name) FROM S3Object", "InvalidDataType", None),
        ("SELECT name FROM S3Object LIMIT -1", "EvaluatorNegativeLimit", None),
        ("SELECT name FROM S3Object LIMIT name", "ParseExpectedNumber", None),
        ("SELECT name FROM S3Object LIMIT 1 OFFSET 1", "ParseUnexpectedToken", None),
        ("SELECT name name name FROM S3Object", "ParseUnexpectedToken", None),
        ("SELECT 'name FROM S3Object", "LexerInvalidChar", None),
        ("SELECT name # 1 FROM S3Object", "LexerInvalidChar", None),
        ("SELECT 1 FROM S3Object; SELECT 2 FROM S3Object", "ParseUnexpectedToken", None),
        ("SELECT `[` FROM S3Object", "LexerInvalidIONLiteral", None),
        ("SELECT name % FROM S3Object", "ParseUnexpectedToken", None),
        ("SELECT name FROM S3Object WHERE name LIKE %a%", "ParseUnexpectedOperator", None),
        (
            "SELECT % name FROM S3Object",
            "ParseUnexpectedOperator",
            "Unexpected operator OPERATOR:'%' at line 1, column 8.",
        ),
        ("SELECT REVERSE(name) FROM S3Object", "UnsupportedFunction", None),
        ("SELECT LOWER(name, name) FROM S3Object", "EvaluatorInvalidArguments", None),
        ("SELECT SUBSTRING(name) FROM S3Object", "EvaluatorInvalidArguments", None),
        ("SELECT DATE_ADD(year, 1) FROM S3Object", "EvaluatorInvalidArguments", None),
        ("SELECT LOWER(1) FROM S3Object", "IncorrectSqlFunctionArgumentType", None),
        ("SELECT SUBSTRING(name, 'x') FROM S3Object", "IncorrectSqlFunctionArgumentType", None),
        ("SELECT SUBSTRING(name, 1, -1) FROM S3Object", "IllegalSqlFunctionArgument", None),
        ("SELECT DATE_ADD(year, 9000, `2010T`) FROM S3Object", "IllegalSqlFunctionArgument", None),
        ("SELECT DATE_ADD(week, 1, `2010T`) FROM S3Object", "ParseExpectedDatePart", None),
        ("SELECT EXTRACT(week FROM `2010T`) FROM S3Object", "ParseExpectedDatePart", None),
        ("SELECT TO_TIMESTAMP(name) FROM S3Object", "ValueParseFailure", None),
        ("SELECT TO_TIMESTAMP('5', 'd') FROM S3Object", "EvaluatorInvalidTimestampFormatPattern", None),
        ("SELECT TO_STRING(`2010T`, 'q') FROM S3Object", "EvaluatorInvalidTimestampFormatPatternSymbol", None),
        (
            "SELECT TO_TIMESTAMP('A 2010', 'MMMMM y') FROM S3Object",
            "EvaluatorInvalidTimestampFormatPatternSymbolForParsing",
            None,
        ),
        ("SELECT TO_STRING(`2010T`, 'yyy') FROM S3Object", "EvaluatorInvalidTimestampFormatPatternToken", None),
        ("SELECT TO_STRING(`2010T`, 'y ''') FROM S3Object", "EvaluatorUnterminatedTimestampFormatPatternToken", None),
        (
            "SELECT TO_TIMESTAMP('2010 10', 'y yy') FROM S3Object",
            "EvaluatorTimestampFormatPatternDuplicateFields",
            None,
        ),
        (
            "SELECT TO_TIMESTAMP('2010 10', 'y hh') FROM S3Object",
            "EvaluatorTimestampFormatPatternHourClockAmPmMismatch",
            None,
        ),
        ("SELECT CAST(name AS INT) FROM S3Object", "CastFailed", None),
        ("SELECT CAST('2010-13T' AS TIMESTAMP) FROM S3Object", "CastFailed", None),
        ("SELECT CAST('maybe' AS BOOL) FROM S3Object", "CastFailed", None),
        ("SELECT CAST(`2010T` AS BOOL) FROM S3Object", "CastFailed", None),
        ("SELECT CAST(1 AS TIMESTAMP) FROM S3Object", "CastFailed", None),
        ("SELECT CAST('x' AS FLOAT) FROM S3Object", "CastFailed", None),
        ("SELECT CAST('x' AS DECIMAL) FROM S3Object", "CastFailed", None),
        ("SELECT CAST('1.5' AS INT) FROM S3Object", "CastFailed", None),
        ("SELECT CAST([1] AS INT) FROM S3Object", "InvalidCast", None),
        ("SELECT CAST(name AS fruit) FROM S3Object", "ParseExpectedTypeName", None),
        ("SELECT CAST('9223372036854775808' AS INT) FROM S3Object", "IntegerOverflow", None),
        ("SELECT 9223372036854775807 + 1 FROM S3Object", "IntegerOverflow", None),
        ("SELECT 1 / 0 FROM S3Object", "ExternalEvalException", None),
        ("SELECT TO_STRING(1, 'y') FROM S3Object", "IncorrectSqlFunctionArgumentType", None),
        ("SELECT TO_TIMESTAMP('31/02/2010', 'dd/MM/y') FROM S3Object", "ValueParseFailure", None),
        ("SELECT TO_TIMESTAMP('2010', 'dd/MM/y') FROM S3Object", "ValueParseFailure", None),
        ("SELECT 1 || 'x' FROM S3Object", "InvalidDataType", None),
        ("SELECT COALESCE() FROM S3Object", "EvaluatorInvalidArguments", None),
        ("SELECT LOWER(*) FROM S3Object", "ParseUnsupportedCallWithStar", None),
        ("SELECT COUNT(DISTINCT name) FROM S3Object", "UnsupportedSqlStructure", None),
        ("SELECT MAX(x) FROM S3Object[*]", "MissingHeaders", None),
        ("SELECT s.+ FROM S3Object s", "ParseInvalidPathComponent", None),
        ("SELECT s[1, 2] FROM S3Object s", "ParseInvalidPathComponent", None),
        ("SELECT s[name] FROM S3Object s", "ParseInvalidPathComponent", None),
        ("SELECT {'a': 1} FROM S3Object s", "UnsupportedSyntax", None),
        (";", "ParseEmptySelect", None),
        ("name", "ParseUnsupportedSelect", None),
        ("SELECT name + 1 FROM S3Object", "InvalidDataType", None),
        ("SELECT 1 FROM S3Object WHERE 1 LIKE '1'", "LikeInvalidInputs", None),
        ("SELECT 1 FROM S3Object WHERE name LIKE 'x!y' ESCAPE '!'", "EvaluatorLikePatternInvalidEscapeSequence", None),
        ("SELECT 1 FROM S3Object WHERE name LIKE 'x' ESCAPE '!!'", "EvaluatorLikePatternInvalidEscapeSequence", None),
        ("DELETE FROM S3Object", "ParseUnexpectedToken", None),
        ("SELECT " + "(" * 20_000 + "1" + ")" * 20_000 + " FROM S3Object", "MaxOperatorsExceeded", None),
    ],
)
def test_an_invalid_expression_is_refused(fruit: Data, expression: str, code: str, message: str | None) -> None:
    with refused(code, 400, **({} if message is None else {"Message": message})):
        fruit.events(expression, NAMED)


@pytest.mark.parametrize(
    ("expression", "column"),
    [
        ("SELECT * FROM S3OBJECT WHERE odd = true", 30),
        ('SELECT * FROM S3OBJECT s WHERE s._1 = "true"', 39),
        ("SELECT s.\"country_code\" FROM S3Object s WHERE s._1 = '1'", 8),
        ("SELECT _0 FROM S3Object", 8),
    ],
)
@pytest.mark.parametrize("header", ["NONE", "IGNORE"])
def test_a_column_name_without_headers_is_an_invalid_index(
    fruit: Data, expression: str, column: int, header: str
) -> None:
    # apache/hadoop, s3_select.md; the third expression: a Java project's notes on S3 Select
    message = f"The column index at line 1, column {column} is invalid. {CHECK}"
    with refused("InvalidColumnIndex", 400, Message=message):
        fruit.events(expression, {"CSV": {"FileHeaderInfo": header}})
