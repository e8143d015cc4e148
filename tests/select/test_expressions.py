"""The values of expressions. "Guide" is the Amazon S3 User Guide, SQL reference for S3 Select."""

from __future__ import annotations

import re

import hypothesis.strategies as st
import pytest
from hypothesis import given

from s3mock.select import functions
from tests.support.responses import refused
from tests.support.search import search
from tests.support.select_client import LINES, Data

RECORD = '{"i": 5, "d": 2.50, "s": "abc", "t": true, "n": null, "l": [1, "two", [3]], "o": {"a": {"b": "deep"}}}'


@pytest.fixture
def one(data: Data) -> Data:
    """An object of one record."""
    return data.put(RECORD)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        # Guide, String functions: the examples
        ("CHAR_LENGTH('')", "0"),
        ("CHARACTER_LENGTH('abcdefg')", "7"),
        ("LOWER('AbCdEfG!@#$')", "abcdefg!@#$"),
        ("UPPER('AbCdEfG!@#$')", "ABCDEFG!@#$"),
        ("SUBSTRING('123456789', 0)", "123456789"),
        ("SUBSTRING('123456789', 2)", "23456789"),
        ("SUBSTRING('123456789', -4)", "123456789"),
        ("SUBSTRING('123456789', 0, 999)", "123456789"),
        ("SUBSTRING('123456789', 1, 5)", "12345"),
        ("SUBSTRING('123456789' FROM 2 FOR 3)", "234"),
        ("SUBSTRING('123456789' FROM 8)", "89"),
        ("TRIM('       foobar         ')", "foobar"),
        ("TRIM(LEADING FROM '       foobar         ')", "foobar         "),
        ("TRIM(TRAILING FROM '       foobar         ')", "       foobar"),
        ("TRIM(BOTH FROM '       foobar         ')", "foobar"),
        ("TRIM(BOTH '12' FROM '1112211foobar22211122')", "foobar"),
        # Guide, Conditional functions: the examples
        ("COALESCE(1)", "1"),
        ("COALESCE(null)", "NULL"),
        ("COALESCE(missing, missing)", "NULL"),
        ("COALESCE(null, null, 1)", "1"),
        ("COALESCE(null, 'string')", "string"),
        ("COALESCE(missing, 1)", "1"),
        ("NULLIF(1, 1)", "NULL"),
        ("NULLIF(1, 2)", "1"),
        ("NULLIF(1.0, 1)", "NULL"),
        ("NULLIF(1, '1')", "1"),
        ("NULLIF([1], [1])", "NULL"),
        ("NULLIF(1, NULL)", "1"),
        ("NULLIF(NULL, 1)", "NULL"),
        ("NULLIF(missing, null)", "NULL"),
        ("NULLIF(missing, missing)", "NULL"),
        ("CASE i WHEN 4 THEN 'four' WHEN 5 THEN 'five' ELSE 'many' END", "five"),
        ("CASE i WHEN 4 THEN 'four' END", "NULL"),
        ("CASE WHEN i < 4 THEN 'few' WHEN s = 'abc' THEN 'some' END", "some"),
        # Guide, Date functions: the examples (except those whose comment cannot be right)
        ("DATE_ADD(year, 5, `2010-01-01T`)", "2015-01-01"),
        ("DATE_ADD(month, 1, `2010T`)", "2010-02T"),
        ("DATE_ADD(month, 13, `2010T`)", "2011-02T"),
        ("DATE_ADD(day, -1, `2017-01-10T`)", "2017-01-09"),
        ("DATE_ADD(hour, 1, `2017T`)", "2017-01-01T01:00-00:00"),
        ("DATE_ADD(hour, 1, `2017-01-02T03:04Z`)", "2017-01-02T04:04Z"),
        ("DATE_ADD(minute, 1, `2017-01-02T03:04:05.006Z`)", "2017-01-02T03:05:05.006Z"),
        ("DATE_ADD(second, 1, `2017-01-02T03:04:05.006Z`)", "2017-01-02T03:04:06.006Z"),
        ("DATE_ADD(month, 1, `2020-01-31T`)", "2020-02-29"),
        ("DATE_DIFF(year, `2010-01-01T`, `2011-01-01T`)", "1"),
        ("DATE_DIFF(month, `2010T`, `2010-05T`)", "4"),
        ("DATE_DIFF(month, `2010T`, `2011T`)", "12"),
        ("DATE_DIFF(month, `2011T`, `2010T`)", "-12"),
        ("DATE_DIFF(day, `2010-01-01T23:00`, `2010-01-02T01:00`)", "0"),
        ("DATE_DIFF(hour, `2010-01-01T23:00Z`, `2010-01-02T01:00Z`)", "2"),
        ("DATE_DIFF(minute, `2010-01-01T23:00Z`, `2010-01-02T00:00+02:00`)", "-60"),
        ("EXTRACT(YEAR FROM `2010-01-01T`)", "2010"),
        ("EXTRACT(MONTH FROM `2010T`)", "1"),
        ("EXTRACT(MONTH FROM `2010-10T`)", "10"),
        ("EXTRACT(HOUR FROM `2017-01-02T03:04:05+07:08`)", "3"),
        ("EXTRACT(MINUTE FROM `2017-01-02T03:04:05+07:08`)", "4"),
        ("EXTRACT(TIMEZONE_HOUR FROM `2017-01-02T03:04:05+07:08`)", "7"),
        ("EXTRACT(TIMEZONE_MINUTE FROM `2017-01-02T03:04:05+07:08`)", "8"),
        ("TO_STRING(`1969-07-20T20:18Z`,  'MMMM d, y')", "July 20, 1969"),
        ("TO_STRING(`1969-07-20T20:18Z`, 'MMM d, yyyy')", "Jul 20, 1969"),
        ("TO_STRING(`1969-07-20T20:18Z`, 'M-d-yy')", "7-20-69"),
        ("TO_STRING(`1969-07-20T20:18Z`, 'MM-d-y')", "07-20-1969"),
        ("TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y h:m a')", "July 20, 1969 8:18 PM"),
        ("TO_STRING(`1969-07-20T20:18Z`, 'y-MM-dd''T''H:m:ssX')", "1969-07-20T20:18:00Z"),
        ("TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXX')", "1969-07-20T20:18:00+0800"),
        ("TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXXX')", "1969-07-20T20:18:00+08:00"),
        ("TO_STRING(`2007-02-03T12:14:33.079-08:00`, 'hh HH mm SS SSSS n x xxx ''o''''clock''')", None),
        ("TO_TIMESTAMP('2007T')", "2007T"),
        ("TO_TIMESTAMP('2007-02-23T12:14:33.079-08:00')", "2007-02-23T12:14:33.079-08:00"),
        ("TO_TIMESTAMP('July 20, 1969 8:18 PM', 'MMMM d, y h:m a')", "1969-07-20T20:18-00:00"),
        ("TO_TIMESTAMP('20/07/69 20.18.05.5+0200', 'dd/MM/yy HH.mm.ss.Sxx')", "2069-07-20T20:18:05.5+02:00"),
        # Guide, Conversion functions: the examples
        ("CAST('2007-04-05T14:30Z' AS TIMESTAMP)", "2007-04-05T14:30Z"),
        ("CAST(0.456 AS FLOAT)", "0.456"),
        ("CAST('12' AS INT)", "12"),
        ("CAST(' -12 ' AS INTEGER)", "-12"),
        ("CAST(12.9 AS INT)", "12"),
        ("CAST('12.50' AS DECIMAL)", "12.50"),
        ("CAST('12.50' AS DECIMAL(3, 1))", "12.50"),
        ("CAST('12.50' AS NUMERIC)", "12.50"),
        ("CAST('12.50' AS DOUBLE PRECISION)", "12.5"),
        ("CAST('TRUE' AS BOOL)", "true"),
        ("CAST(0 AS BOOLEAN)", "false"),
        ("CAST(TRUE AS INT)", "1"),
        ("CAST(i AS STRING) || '!'", "5!"),
        ("CAST(NULL AS INT)", "NULL"),
        ("CAST(MISSING AS INT)", "MISSING"),
        ("CAST(CAST(1.5 AS FLOAT) AS DECIMAL)", "1.5"),
        ("CAST(TO_TIMESTAMP(`2010T`) AS TIMESTAMP)", "2010T"),
        ("SUBSTRING(s, 2.0)", "bc"),
        ("DATE_DIFF(day, '2010-01-01T', '2010-01-03T')", "2"),
        ("DATE_DIFF(second, `2010-01-01T00:00:00.9Z`, `2010-01-01T00:00:02.1Z`)", "1"),
        ("DATE_DIFF(month, `2010-01-31T`, `2010-02-28T`)", "0"),
        ("EXTRACT(SECOND FROM `2010-01-01T00:00:05.25Z`)", "5.25"),
        ("TO_TIMESTAMP('Feb 3, 2010 12 AM', 'MMM d, y h a')", "2010-02-03T00:00-00:00"),
        # Guide, Operators
        ("1 + 2 * 3 - 4", "3"),
        ("-i", "-5"),
        ("(1 + 2) * 3", "9"),
        ("1 / 2", "0"),
        ("-7 / 2", "-3"),
        ("-7 % 3", "-1"),
        ("1.0 / 4", "0.25"),
        ("5 / 2.0", "2.5"),
        ("d * 2", "5.00"),
        ("1.5e0 + CAST(1 AS FLOAT)", "2.5"),
        ("i + n", "NULL"),
        ("i + nothing", "MISSING"),
        ("s || 'def'", "abcdef"),
        # literals
        ("'it''s'", "it's"),
        ("`symbol`", "symbol"),
        ("`true`", "true"),
        ("`2.5e1`", "25.0"),
        ("9223372036854775807", "9223372036854775807"),
        # paths
        ("l[0]", "1"),
        ("l[2][0]", "3"),
        ("l[9]", "MISSING"),
        ("o.a.b", "deep"),
        ("S3Object.o.A.b", "deep"),
        ("o['a'].b", "deep"),
        ('o."A".b', "MISSING"),
        ("_1.i", "5"),
        ("n", "NULL"),
        ("n.a", "MISSING"),
    ],
)
def test_an_expression_has_its_value(one: Data, expression: str, value: str | None) -> None:
    assert one.value(expression) == (value or "12 12 14 07 0790 79000000 -08 -08:00 o'clock")


@pytest.mark.parametrize(
    ("condition", "truth"),
    [
        ("i = 5", True),
        ("i = 5.0", True),
        ("i = '5'", False),
        ("i <> 5", False),
        ("i != 4", True),
        ("i < 6 AND i <= 5 AND i >= 5 AND i > 4", True),
        ("i < 'a'", None),
        ("s < 'abd'", True),
        ("t = TRUE", True),
        ("t", True),
        ("NOT t", False),
        ("n = NULL", None),
        ("n = 5", None),
        ("nothing = 5", None),
        ("NOT (nothing = 5)", None),
        ("n = 5 OR t", True),
        ("n = 5 AND t", None),
        ("n = 5 AND NOT t", False),
        ("n IS NULL", True),
        ("nothing IS NULL", True),
        ("n IS MISSING", False),
        ("nothing IS MISSING", True),
        ("i IS NOT NULL", True),
        ("i IS NOT MISSING", True),
        ("i BETWEEN 5 AND 6", True),
        ("i NOT BETWEEN 5 AND 6", False),
        ("i BETWEEN NULL AND 4", False),
        ("i IN (1, 5)", True),
        ("i NOT IN (1, 5)", False),
        ("i IN (1, NULL)", None),
        ("i IN nothing", None),
        ("i IN i", True),
        ("t IS TRUE", True),
        ("s NOT LIKE 'a!_' ESCAPE '!'", True),
        ("CAST(1 AS FLOAT) = 1.0", True),
        ("'two' IN l", True),
        ("'two' IN l[*]", True),
        ("3 IN l[*]", False),
        ("s LIKE 'a%'", True),
        ("s LIKE 'A%'", False),
        ("s LIKE 'a_c'", True),
        ("s LIKE 'a_'", False),
        ("s NOT LIKE '%z%'", True),
        ("n LIKE 'a'", None),
        ("'50%' LIKE '50!%' ESCAPE '!'", True),
        ("'50x' LIKE '50!%' ESCAPE '!'", False),
        ("'a.c' LIKE 'a.c' AND NOT 'abc' LIKE 'a.c'", True),
        ("`2020-01-01T00:00Z` = `2020-01-01T02:00+02:00`", True),
        ("`2020-01-01T` < `2020-01-02T`", True),
        ("o = o AND l = l", True),
        ("l = [1, 'two', [3]]", True),
    ],
)
def test_a_record_is_selected_only_if_the_condition_is_true(one: Data, condition: str, truth: bool | None) -> None:
    assert one.select(f"SELECT 1 FROM S3Object WHERE {condition}", LINES) == ('{"_1":1}\n' if truth else "")
    assert one.select(f"SELECT 1 FROM S3Object WHERE NOT ({condition})", LINES) == (
        '{"_1":1}\n' if truth is False else ""
    )


@search(2000)
@given(value=st.text("ab%_\n", max_size=8), pattern=st.text("ab%_", max_size=8))
def test_like_matches_what_its_regular_expression_does(value: str, pattern: str) -> None:
    expression = "".join({"%": ".*", "_": "."}.get(character, character) for character in pattern)
    assert functions.like(value, pattern) is (re.fullmatch(expression, value, re.DOTALL) is not None)


def test_like_takes_no_exponential_time() -> None:
    assert not functions.like("a" * 20_000, "%a" * 40 + "%b%c")
    assert functions.like("a" * 20_000 + "bc", "%a" * 40 + "%b%c")


@pytest.mark.parametrize(
    "expression",
    ["CAST(a AS INT)", "CAST('1e999999999' AS INT)", "SUBSTRING('abc', a)", "DATE_ADD(year, a, UTCNOW())"],
)
def test_a_number_with_a_large_exponent_overflows_at_once(data: Data, expression: str) -> None:
    data.put('{"a": 1e999999999}')
    with refused("IntegerOverflow", 400):
        data.select(f"SELECT {expression} FROM S3Object s", LINES)


def test_zero_and_next_to_zero_are_integers_whatever_their_exponent(data: Data) -> None:
    data.put('{"a": 0e999999999, "b": -1e-999999999}')
    query = "SELECT CAST(a AS INT) a, CAST(b AS INT) b, SUBSTRING('abc', a) c FROM S3Object"
    assert data.select(query, LINES) == '{"a":0,"b":0,"c":"abc"}\n'
