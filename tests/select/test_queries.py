"""Queries and their results. "Guide" is the Amazon S3 User Guide, SQL reference for S3 Select."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from tests.support.responses import refused
from tests.support.select_client import AS_CSV, CSV, DOCUMENT, LINES, NAMED, Data


def test_aggregates_skip_null_and_missing(data: Data) -> None:
    data.put('{"a": 1}\n{"a": null}\n{}\n{"a": 4}\n{"a": 2.5}\n')
    expression = "SELECT COUNT(*), COUNT(a), SUM(a), AVG(a), MIN(a), MAX(a) AS m FROM S3Object"
    assert data.select(expression, LINES) == '{"_1":5,"_2":3,"_3":7.5,"_4":2.5,"_5":1,"m":4}\n'
    expression = "SELECT COUNT(a), SUM(a), AVG(a), MIN(a) FROM S3Object WHERE a > 100"
    assert data.select(expression, LINES) == '{"_1":0,"_2":null,"_3":null,"_4":null}\n'
    assert data.select("SELECT SUM(a) / COUNT(a) + 1 FROM S3Object", LINES) == '{"_1":3.5}\n'
    assert data.select("SELECT COUNT(*) FROM S3Object LIMIT 1", LINES) == '{"_1":5}\n'
    assert data.select("SELECT COUNT(*) FROM S3Object LIMIT 0", LINES) == ""


def test_an_average_of_integers_is_a_decimal(data: Data) -> None:
    data.put("1\n2\n")
    assert data.select("SELECT AVG(CAST(_1 AS INT)), SUM(CAST(_1 AS INT)) FROM S3Object") == '{"_1":1.5,"_2":3}\n'


def test_csv_fields_count_as_numbers_when_compared_with_numbers(fruit: Data) -> None:
    assert fruit.select("SELECT name FROM S3Object WHERE id = 2", NAMED, AS_CSV) == '"pear, green"\n'
    assert fruit.select("SELECT name FROM S3Object WHERE id > 1.5 AND id < 2.5", NAMED, AS_CSV) == '"pear, green"\n'
    assert fruit.select("SELECT name FROM S3Object WHERE name > 1", NAMED, AS_CSV) == ""
    assert fruit.select("SELECT id FROM S3Object LIMIT 1", NAMED) == '{"id":"1"}\n'
    assert fruit.select("SELECT id + 1 FROM S3Object LIMIT 1", NAMED) == '{"_1":2}\n'


def test_an_ion_symbol_is_returned_as_text(fruit: Data) -> None:
    # apache/hadoop, ITestS3Select: `TRUE` finds the field TRUE
    assert fruit.select("SELECT name FROM S3Object s WHERE s.ripe = `TRUE`", NAMED, AS_CSV) == "apple\nfig\n"
    expression = "SELECT s.name FROM S3OBJECT s WHERE NOT s.\"ripe\" = 'TRUE'"
    assert fruit.select(expression, NAMED, AS_CSV) == '"pear, green"\n'
    assert fruit.select("SELECT * FROM S3OBJECT s WHERE CAST(s.ripe AS BOOL) = TRUE", NAMED).count("\n") == 2


def test_unquoted_names_are_case_insensitive_and_must_be_unambiguous(data: Data) -> None:
    # Guide, SELECT command, Case sensitivity of header/attribute names
    for body, source in (("NAME,other\nx,y\n", NAMED), ('{"NAME": "x"}', LINES)):
        data.put(body)
        assert data.select("SELECT s.name FROM S3Object s", source, AS_CSV) == "x\n"
    for body, source in (("NAME,name\nx,y\n", NAMED), ('{"NAME": "x", "name": "y"}', LINES)):
        data.put(body)
        with refused("AmbiguousFieldName", 400):
            data.events("SELECT s.name FROM S3Object s", source)
        assert data.select('SELECT s."NAME" FROM S3Object s', source) == '{"NAME":"x"}\n'
    data.put('CAST,"na.me"\nx,y\n')
    assert data.select('SELECT s."CAST", s."na.me" FROM S3Object s', NAMED) == '{"CAST":"x","na.me":"y"}\n'


def test_result_columns_are_named_by_alias_path_or_position(fruit: Data) -> None:
    expression = "SELECT s.name, s._1, s.id AS x, LOWER(s.name), s.ripe y FROM S3Object AS s LIMIT 1"
    assert fruit.select(expression, NAMED) == '{"name":"apple","_1":"1","x":"1","_4":"apple","y":"TRUE"}\n'
    expression = "SELECT S3Object.name FROM S3Object LIMIT 1;"
    assert fruit.select(expression, NAMED) == '{"name":"apple"}\n'


def test_limit_stops_the_scan(data: Data) -> None:
    body = "".join(f"{number}\n" for number in range(1000))
    events = data.put(body).events("SELECT * FROM S3Object LIMIT 3", CSV, AS_CSV)
    assert events[0] == {"Records": {"Payload": b"0\n1\n2\n"}}
    assert events[1]["Stats"]["Details"]["BytesProcessed"] < len(body)
    assert data.select("SELECT * FROM S3Object LIMIT 0", CSV, AS_CSV) == ""
    # an error after the limit is not raised
    data.put("1\n2\nx\n")
    assert data.select("SELECT CAST(_1 AS INT) FROM S3Object LIMIT 2", CSV, AS_CSV) == "1\n2\n"


def test_the_from_clause_selects_records_within_json(data: Data) -> None:
    # Guide, SELECT command, FROM clause: the examples
    data.put(
        '{ "Rules": [ {"id": "1"}, {"expr": "y > x"}, {"id": "2", "expr": "z = DEBUG"} ]}\n'
        '{ "created": "June 27", "modified": "July 6" }'
    )
    rules = '{"id":"1"}\n{}\n{"id":"2"}\n{}\n'
    assert data.select("SELECT id FROM S3Object[*].Rules[*].id", DOCUMENT) == rules
    result = data.select("SELECT id FROM S3Object[*].Rules[*].id WHERE id IS NOT MISSING", DOCUMENT)
    assert result == '{"id":"1"}\n{"id":"2"}\n'
    assert data.select("SELECT * FROM S3Object[*].Rules[*] r WHERE r.id = '1'", DOCUMENT) == '{"id":"1"}\n'
    assert data.select("SELECT _1.id FROM S3Object[*].Rules[2]", DOCUMENT) == '{"id":"2"}\n{}\n'
    assert data.select("SELECT COUNT(id) FROM S3Object[*]['Rules'][*].id", DOCUMENT) == '{"_1":2}\n'
    data.put(
        '{"dir_name": "docs", "files": [{"name": "."}, {"name": ".."}], "owner": "AWS S3"}\n'
        '{"dir_name": "other", "files": [{"name": "x"}], "owner": "User"}'
    )
    result = data.select("SELECT d.dir_name, d.files FROM S3Object[*] d", DOCUMENT)
    assert result.splitlines()[0] == '{"dir_name":"docs","files":[{"name":"."},{"name":".."}]}'
    result = data.select("SELECT _1.dir_name, _1.owner FROM S3Object[*]", DOCUMENT)
    assert result == '{"dir_name":"docs","owner":"AWS S3"}\n{"dir_name":"other","owner":"User"}\n'
    data.put('{"a": {"x": 1, "y": 2}}')
    assert data.select("SELECT * FROM S3Object[*].a.*", DOCUMENT) == '{"_1":1}\n{"_1":2}\n'


def test_utcnow_is_the_mocks_time(data: Data, time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(2017, 10, 13, 16, 2, 11, tzinfo=dt.timezone.utc))
    assert data.put("1").select("SELECT UTCNOW() FROM S3Object", CSV, AS_CSV) == "2017-10-13T16:02:11.000Z\n"
    assert re.fullmatch(r"0\n", data.select("SELECT DATE_DIFF(day, UTCNOW(), UTCNOW()) FROM S3Object", CSV, AS_CSV))
