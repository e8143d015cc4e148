"""Every header and query parameter that S3 knows, sent to every operation: it acts, is refused, or is ignored.

Some 26,000 pairs. What an operation's model has acts (``tests/test_coverage.py``: it is read). ``ROWS`` has what else
acts or is refused, with its evidence. Everything else must be ignored: response and state are those of the same request
without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from s3mock import mock_s3
from s3mock.errors import S3Error
from s3mock.http import Request, parse_query
from s3mock.models.checksums import ALGORITHMS
from s3mock.wire import hosts, model, routes
from s3mock.wire.inputs import COPIES
from tests.support import all_inputs
from tests.support.all_inputs import NEVER_SUCCEED, OPERATIONS, Answer, Asked

ACTS = "acts"
HEADERS, PARAMETERS = all_inputs.headers(), all_inputs.parameters()
CHECKSUMS = {algorithm.header for algorithm in ALGORITHMS.values()}


def _on_key(operation: str) -> bool:
    return model.http(operation).path == "/{Bucket}/{Key+}"


def _has_body(operation: str) -> bool:
    return any(binding.location in {"payload", "body"} for binding in model.inputs(operation))


def _any(_operation: str) -> bool:
    return True


class Row(NamedTuple):
    """Inputs that act on operations whose model does not have them, or that they refuse, and how we know it.

    ``outcome`` is ``ACTS``, or the code and the beginning of the message of the refusal.
    """

    names: frozenset[str] | set[str]
    of: Callable[[str], bool]
    outcome: str | tuple[str, str]
    source: str


ROWS = (
    Row(
        {"authorization", "host", "date", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"},
        _any,
        ACTS,
        "User Guide, Authenticating Requests; tests/test_signatures.py, tests/test_content_sha256.py",
    ),
    Row({"origin"}, _any, ACTS, "User Guide, CORS; tests/test_cors_requests.py"),
    Row({"x-amz-meta-a"}, lambda name: any(each.location == "headers" for each in model.inputs(name)), ACTS, "API"),
    Row(
        {"content-md5", "x-amz-trailer", "x-amz-sdk-checksum-algorithm", *CHECKSUMS},
        _has_body,
        ACTS,
        "digests of the body, of every operation that has one: tests/test_payload.py",
    ),
    Row(
        {"Signature", "X-Amz-Algorithm"},
        _any,
        ("InvalidArgument", "Only one auth mechanism allowed"),
        "https://github.com/catalyst/moodle-tool_objectfs/issues/303",
    ),
    Row({"x-amz-copy-source"}, lambda name: name in {"PutObject", "UploadPart"}, ACTS, "API: it makes them copies"),
    Row(
        {"x-amz-copy-source"},
        lambda name: name not in COPIES,
        ("InvalidArgument", "You can only specify a copy source header for copy requests."),
        "https://github.com/versity/versitygw/issues/1612",
    ),
    Row(
        {"versionId"},
        _on_key,
        ("InvalidArgument", "This operation does not accept a version-id."),
        "https://github.com/scality/cloudserver/pull/698",
    ),
    Row(
        {"partNumber"},
        lambda name: name in {"PutObject", "CopyObject"},
        ("InvalidArgument", "This operation does not accept partNumber without uploadId"),
        "https://github.com/versity/versitygw/issues/1237",
    ),
    Row(
        {"x-amz-server-side-encryption"},
        _any,
        ("InvalidArgument", "x-amz-server-side-encryption header is not supported for this operation."),
        "https://github.com/boto/botocore/issues/732, and what encryption.header_refused cites",
    ),
    Row(
        {"range"},
        lambda name: name == "SelectObjectContent",
        ("UnsupportedRangeHeader", "A range header is not supported for this operation."),
        "Error responses, List of SELECT Object Content error codes",
    ),
    Row({"list-type"}, lambda name: name == "ListObjects", ACTS, "API: it makes it a ListObjectsV2"),
)


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    with mock_s3(seed=1) as mock:
        yield Asked(mock)


def row_of(operation: str, name: str) -> Row | None:
    """The row that decides about a pair; None for what is ignored."""
    return next((row for row in ROWS if name in row.names and row.of(operation)), None)


def selected_by(request: Request, name: str, value: str) -> str:
    """The operation that a request becomes with one more query parameter; "" where S3 refuses it."""
    query = {name: value} | parse_query(request.query)
    try:
        return routes.match(request.method, hosts.parse(request.host, request.path), query, request.headers)
    except S3Error:
        return ""


def is_refusal(sent: Answer, row: Row) -> bool:
    """Whether a response is the refusal of a row, and nothing has changed; that of a HEAD has no document."""
    status, _, body, changes = sent
    error = re.search("<Code>(.*)</Code><Message>(.*)</Message>", body.decode())
    words = error is not None and error[1] == row.outcome[0] and error[2].startswith(row.outcome[1])
    return status == 400 and (words or not body) and changes is None


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_input_acts_or_is_refused_or_changes_nothing(asked: Asked, operation: str) -> None:
    without = asked.ask(operation)
    assert without == asked.ask(operation)
    assert (without[0] < 300) == (operation not in NEVER_SUCCEED)
    known, (request, _) = all_inputs.known(operation), asked.requests[operation]
    wrong = []
    for kind, names in (("header", HEADERS), ("parameter", PARAMETERS)):
        for name, value in names.items():
            row = row_of(operation, name)
            if name in known or (row is not None and row.outcome == ACTS):
                continue
            sent = asked.ask(operation, **{kind: (name, value)})
            if row is not None:
                right = is_refusal(sent, row)
            elif kind == "parameter" and selected_by(request, name, value) != operation:
                right = sent != without
            else:
                right = sent == without
            if not right:
                wrong.append((name, sent[0], sent[2][:300]))
    assert not wrong


@pytest.mark.parametrize("row", ROWS, ids=lambda row: min(row.names))
def test_every_row_decides_about_some_pair(row: Row) -> None:
    names = row.names & (HEADERS.keys() | PARAMETERS.keys())
    assert names == row.names
    for name in names:
        assert any(name not in all_inputs.known(each) and row_of(each, name) is row for each in OPERATIONS)
