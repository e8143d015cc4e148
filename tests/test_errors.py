"""The error catalogue compared with errors of S3, and the code compared with the catalogue."""

from __future__ import annotations

import ast
import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest

from s3mock.error_catalogue import LISTS
from s3mock.errors import CATALOGUE, S3Error

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[1] / "s3mock"

# The distinct errors of shared/aws_recorded: responses of S3, 2025 and 2026.
RECORDED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "recorded_errors.json").read_text("utf-8"))

# Codes that have several messages: the recordings have some of them.
MANY_MESSAGES = {"InvalidArgument", "InvalidRequest", "InvalidTag", "InvalidBucketState", "MalformedPolicy"}


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: f"{recorded['code']}: {recorded['message'][:40]}")
def test_a_recorded_error_has_the_status_and_the_fields_of_its_row(recorded: dict[str, Any]) -> None:
    row = CATALOGUE[recorded["code"]]
    assert row.status == recorded["status"]
    assert set(recorded["fields"]) <= set(row.fields)


def test_the_message_of_a_code_is_the_recorded_one() -> None:
    messages: dict[str, set[str]] = defaultdict(set)
    for recorded in RECORDED:
        messages[recorded["code"]].add(recorded["message"])
    wrong = {
        code: (CATALOGUE[code].message, seen)
        for code, seen in messages.items()
        if code not in MANY_MESSAGES and CATALOGUE[code].message not in seen
    }
    assert not wrong


def test_every_modelled_error_is_in_the_catalogue_with_its_status() -> None:
    model = botocore.session.get_session().get_service_model("s3")
    modelled = {
        shape.name: shape.metadata["error"]["httpStatusCode"]
        for shape in model.error_shapes
        if "httpStatusCode" in shape.metadata.get("error", {})
    }
    assert "NoSuchKey" in modelled
    assert {code: CATALOGUE[code].status for code in modelled} == modelled


def test_no_code_is_in_two_lists() -> None:
    assert len(CATALOGUE) == sum(len(rows) for rows in LISTS.values())


def test_every_row_is_an_error_with_a_message_and_named_elements() -> None:
    for code, row in CATALOGUE.items():
        assert code == code.strip()
        assert row.status == 304 or 301 <= row.status < 600
        assert row.message.strip()
        # One of S3's messages ends with a space.
        assert row.message == row.message.strip() or code == "CrossLocationLoggingProhibitted"
        assert len(set(row.fields)) == len(row.fields)
        assert not {"Code", "Message", "RequestId", "HostId"} & set(row.fields)


def test_status_and_message_come_from_the_catalogue() -> None:
    error = S3Error("NoSuchKey", Key="a")
    assert (error.code, error.status, error.message) == ("NoSuchKey", 404, "The specified key does not exist.")
    assert error.fields == {"Key": "a"}
    assert str(error) == "NoSuchKey: The specified key does not exist."


def test_an_error_can_have_another_message_and_status() -> None:
    error = S3Error("InvalidRequest", "At least one action needed", status=409, headers={"x-amz-delete-marker": "true"})
    assert (error.message, error.status) == ("At least one action needed", 409)
    assert error.headers == {"x-amz-delete-marker": "true"}


def test_an_unknown_code_cannot_be_raised() -> None:
    with pytest.raises(KeyError, match="NoSuchThing"):
        S3Error("NoSuchThing")


def raised() -> Iterator[tuple[str, str, list[str]]]:
    """The place, the code and the fields in order of every ``S3Error("Code", Field=...)`` of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="S3Error"), args=[ast.Constant(value=str(code)), *_], keywords=keywords):
                    fields = [word.arg for word in keywords if word.arg not in {None, "message", "status", "headers"}]
                    yield f"{path.relative_to(PACKAGE)}:{node.lineno}", code, [field for field in fields if field]
                case ast.Call(func=ast.Name(id="invalid_argument"), keywords=keywords):
                    fields = ["ArgumentName", "ArgumentValue", *[word.arg for word in keywords if word.arg]]
                    yield f"{path.relative_to(PACKAGE)}:{node.lineno}", "InvalidArgument", fields


def test_raised_errors_have_their_fields_in_s3s_order() -> None:
    wrong = []
    for where, code, fields in raised():
        known = CATALOGUE[code].fields if code in CATALOGUE else ()
        if code not in CATALOGUE or [field for field in known if field in fields] != fields:
            wrong.append(f"{where}: {code} with {fields}, the catalogue has {known}")
    assert not wrong
