"""The control API of a server, below /_s3mock/."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlencode

import boto3
import jsonschema
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator

from s3mock import mock_s3
from s3mock.control import S3
from s3mock.control_api import MOST_BYTES
from s3mock.control_api.route import IN_QUERY, PREFIX, Route
from s3mock.control_api.routes import OBJECT, ROUTES
from s3mock.control_api.schema import InvalidInputError, check
from s3mock.server import S3MockServer, create_app
from tests.test_server import CROSS_SITE
from tests.test_wsgi import wsgi

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}
POLICY = {"Version": "2012-10-17", "Statement": [{"Sid": "Read", **READ}]}
QUEUE = "arn:aws:sqs:us-east-1:123456789012:queue"
HOSTILE = ["<script>alert(1)</script>", "a\u202eb", "a\nb", "é/🦆", "a?b#c&d=e+f%20", "'\"", "//", " "]


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


def send(server: S3MockServer, method: str, target: str, body: bytes | None = None, **headers: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", server.port)
    connection.request(method, target, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    answer = Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    connection.close()
    return answer


def call(server: S3MockServer, method: str, path: str, **parameters: Any) -> Any:
    """The document that a route answers, with its parameters where they belong."""
    answer = try_to(server, method, path, **parameters)
    assert answer.status == 200, answer.body
    return answer.document


def try_to(server: S3MockServer, method: str, path: str, **parameters: Any) -> Answer:
    if method in IN_QUERY:
        return send(server, method, f"{PREFIX}{path}?{urlencode(parameters)}")
    return send(server, method, PREFIX + path, json.dumps(parameters).encode())


@pytest.fixture
def s3(server: S3MockServer) -> Any:
    """A client of the server, which has a bucket."""
    s3 = server.s3.client(region_name="us-east-1")
    s3.create_bucket(Bucket="photos")
    return s3


def notify(s3: Any) -> None:
    configuration = {"QueueConfigurations": [{"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"]}]}
    s3.put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration=configuration, SkipDestinationValidation=True
    )


def fill(server: S3MockServer, s3: Any) -> None:
    """Something of everything that an answer describes."""
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    notify(s3)
    s3.put_object(Bucket="photos", Key="a", Metadata={"a": "b"}, Tagging="c=d", ChecksumAlgorithm="SHA256")
    s3.delete_object(Bucket="photos", Key="marker")
    upload = s3.create_multipart_upload(Bucket="photos", Key="u")["UploadId"]
    s3.upload_part(Bucket="photos", Key="u", UploadId=upload, PartNumber=1, Body=b"part")
    server.s3.add_principal("role/ann", POLICY, keys={"aws:SourceIp": "::1"})
    server.s3.add_access_point("existing", "photos", policy=None)
    server.s3.add_multi_region_access_point("many", "photos")


EXAMPLES: dict[str, Callable[[S3MockServer], dict[str, Any]]] = {
    "GET /openapi.json": lambda _: {},
    "GET /health": lambda _: {},
    "POST /reset": lambda _: {},
    "GET /state": lambda _: {},
    "POST /buckets": lambda _: {"buckets": {"more": {"a.txt": "text"}}, "region": "eu-west-1"},
    "POST /object/synthetic": lambda _: {"bucket": "photos", "key": "huge", "size": "5 TB"},
    "POST /snapshots": lambda _: {},
    "DELETE /snapshots": lambda server: call(server, "POST", "/snapshots"),
    "POST /snapshots/restore": lambda server: call(server, "POST", "/snapshots"),
    "GET /snapshots/diff": lambda server: {"before": call(server, "POST", "/snapshots")["snapshot"]},
    "GET /object": lambda _: {"bucket": "photos", "key": "a"},
    "GET /clock": lambda _: {},
    "POST /clock/advance": lambda _: {"days": 1},
    "POST /clock/travel": lambda _: {"to": "2027-01-01"},
    "POST /clock/freeze": lambda _: {"to": "2027-01-01"},
    "POST /clock/unfreeze": lambda _: {},
    "POST /clock/reset": lambda _: {},
    "GET /principals": lambda _: {},
    "POST /principals": lambda _: {"name": "bob"},
    "DELETE /principals": lambda server: {"principal": server.s3.add_principal("bob")["aws_access_key_id"]},
    "POST /explain": lambda _: {"action": "s3:GetObject", "resource": "arn:aws:s3:::photos/a"},
    "GET /access-points": lambda _: {},
    "POST /access-points": lambda _: {"name": "point", "bucket": "photos"},
    "POST /access-points/multi-region": lambda _: {"name": "global", "buckets": ["photos"]},
    "PUT /access-points/policy": lambda _: {"access_point": arn("existing"), "policy": None},
    "DELETE /access-points": lambda _: {"access_point": arn("existing")},
    "GET /events": lambda _: {},
    "DELETE /events": lambda _: {},
    "GET /requests": lambda _: {},
    "DELETE /requests": lambda _: {},
    "GET /faults": lambda _: {"limit": 1},
    "POST /faults": lambda _: {"rules": [{"operation": "PutObject", "code": "SlowDown", "times": 2}]},
    "DELETE /faults": lambda _: {},
    "GET /cost": lambda _: {"operation": "Put*", "times": 1000},
    "POST /logs/deliver": lambda _: {},
}


def arn(access_point: str) -> str:
    return f"arn:aws:s3:us-east-1:123456789012:accesspoint/{access_point}"


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


IN_JSON = [route for route in ROUTES if route.result is not None]


@pytest.mark.parametrize("route", IN_JSON, ids=name_of)
def test_every_answer_fits_its_schema(server: S3MockServer, s3: Any, route: Route) -> None:
    fill(server, s3)
    document = call(server, route.method, route.path, **EXAMPLES[name_of(route)](server))
    jsonschema.Draft202012Validator(route.result).validate(document)


def test_the_openapi_document_is_valid(server: S3MockServer) -> None:
    document = call(server, "GET", "/openapi.json")
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1")
    described = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert described == {f"{route.method} {PREFIX}{route.path}" for route in ROUTES}


BODIES = [route.schema for route in ROUTES if route.parameters]
NAMES = sorted({name for schema in BODIES for name in schema["properties"]})
LEAVES = st.none() | st.booleans() | st.integers(-5, 20_000) | st.floats(allow_nan=False) | st.text(max_size=3)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)


@given(
    st.sampled_from(BODIES).flatmap(
        lambda schema: st.tuples(
            st.just(schema), st.dictionaries(st.sampled_from([*schema["properties"], *NAMES]), VALUES) | VALUES
        )
    )
)
def test_inputs_are_checked_as_json_schema_checks_them(case: tuple[dict[str, Any], Any]) -> None:
    schema, value = case
    # To JSON Schema 1.0 is an integer, too.
    value = json.loads(
        json.dumps(value), parse_float=lambda text: float(text) + 0.5 if text.endswith(".0") else float(text)
    )
    try:
        check(value, schema)
        accepted = True
    except InvalidInputError:
        accepted = False
    assert accepted == jsonschema.Draft202012Validator(schema).is_valid(value)


REFUSED = [
    ("GET", "/state?limits=1", None, "limits"),
    ("GET", "/state?limit=many", None, "limit"),
    ("GET", "/state?limit=-1", None, "limit"),
    ("GET", "/state?limit=10001", None, "limit"),
    ("GET", f"/state?limit={'9' * 5000}", None, "limit"),
    ("GET", "/state?bucket=a&bucket=b", None, "bucket"),
    ("GET", "/state?prefix=%ff", None, "prefix"),
    ("GET", "/state", b"{}", None),
    ("GET", "/health?acl", None, "acl"),
    ("GET", "/object?bucket=photos", None, "key"),
    ("GET", "/events?name=Created", None, None),
    ("GET", "/events?limit=0", None, "limit"),
    ("GET", "/requests?status=many", None, "status"),
    ("GET", "/requests?operation=Put", None, None),
    ("GET", "/requests?Key=a", None, "Key"),
    ("POST", "/reset?now=yes", b"", "now"),
    ("POST", "/reset", b'{"now": true}', "now"),
    ("POST", "/clock/advance", b"", None),
    ("POST", "/clock/advance", b"days=1", None),
    ("POST", "/clock/advance", b"[]", None),
    ("POST", "/clock/advance", b"\xff", None),
    ("POST", "/clock/advance", b"[" * 100_000, None),
    ("POST", "/clock/advance", b" " * (MOST_BYTES + 1), None),
    ("POST", "/clock/advance", b'{"days": 1, "days": 2}', "days"),
    ("POST", "/clock/advance", b'{"days": "1"}', "days"),
    ("POST", "/clock/advance", b'{"days": true}', "days"),
    ("POST", "/clock/advance", b'{"days": NaN}', None),
    ("POST", "/clock/advance", b'{"days": 1e999}', None),
    ("POST", "/clock/advance", b'{"days": 4000000}', None),
    ("POST", "/clock/advance", b'{"days": -1}', "days"),
    ("POST", "/clock/advance", b'{"years": 1}', "years"),
    ("POST", "/clock/travel", b"{}", "to"),
    ("POST", "/clock/travel", b'{"to": "tomorrow"}', None),
    ("POST", "/clock/travel", b'{"to": "0001-01-01T00:00:00+23:00"}', None),
    ("POST", "/buckets", b'{"buckets": {"new": {"\\ud800": "a"}}}', None),
    ("POST", "/object/synthetic", b'{"bucket": "photos", "key": "a", "size": "%s TB"}' % (b"9" * 400), None),
    ("POST", "/principals", b'{"name": 1}', "name"),
    ("POST", "/principals", b'{"name": "\\ud800"}', None),
    ("POST", "/principals", b'{"name": "arn:aws:s3:::photos"}', None),
    ("POST", "/principals", b'{"name": "ann", "policies": [1]}', "policies[0]"),
    ("POST", "/principals", b'{"name": "ann", "policies": "{"}', None),
    ("POST", "/principals", b'{"name": "ann", "keys": {"aws:SourceIp": 1}}', "keys.aws:SourceIp"),
    ("POST", "/principals", b'{"name": "role/ann", "seconds": 1e300}', None),
    ("DELETE", "/principals?principal=nobody", None, None),
    ("POST", "/explain", b'{"action": "s3:Get*", "resource": "arn:aws:s3:::photos/a"}', None),
    ("POST", "/access-points", b'{"name": "_", "bucket": "photos"}', None),
    ("POST", "/access-points/multi-region", b'{"name": "many", "buckets": []}', None),
    ("PUT", "/access-points/policy", b'{"access_point": "photos", "policy": null}', None),
    ("DELETE", "/access-points?access_point=photos", None, None),
    ("POST", "/faults", b"{}", "rules"),
    ("POST", "/faults", b'{"rules": [1]}', "rules[0]"),
    ("POST", "/faults", b'{"rules": [{}]}', None),
    ("POST", "/faults", b'{"rules": [{"code": "SlowDow"}]}', None),
    ("POST", "/faults", b'{"rules": [{"code": "SlowDown", "when": "now"}]}', None),
    ("POST", "/faults", b'{"rules": [{"code": "SlowDown", "end": 1e300}]}', None),
    ("POST", "/faults", b'{"rules": [{"code": "SlowDown", "start": "9999-12-31T23:59:59-23:00"}]}', None),
    ("POST", "/faults", b'{"rules": [{"code": "SlowDown", "message": "\\ud800"}]}', None),
    ("POST", "/faults", b'{"rules": [{"code": "SlowDown", "rate": [[]]}]}', None),
    ("GET", "/faults?limit=-1", None, "limit"),
]


@pytest.mark.parametrize(
    ("method", "target", "body", "field"), REFUSED, ids=[f"{row[1]} {row[2]!r}"[:60] for row in REFUSED]
)
def test_a_wrong_input_is_refused(
    server: S3MockServer, s3: Any, method: str, target: str, body: bytes | None, field: str | None
) -> None:
    before = server.cloud.store
    answer = send(server, method, PREFIX + target, body)
    assert (answer.status, answer.document["field"]) == (400, field)
    assert field is None or field in answer.document["message"]
    assert answer.document["message"]
    assert server.cloud.store is before
    assert server.s3.clock.offset == 0


MISSING = [
    ("GET", "/state", {"bucket": "missing"}, "NoSuchBucket"),
    ("GET", "/object", {"bucket": "missing", "key": "a"}, "NoSuchBucket"),
    ("GET", "/object", {"bucket": "photos", "key": "missing"}, "NoSuchKey"),
    ("GET", "/object", {"bucket": "photos", "key": "a", "version_id": "missing"}, "NoSuchVersion"),
    ("POST", "/access-points", {"name": "point", "bucket": "missing"}, "NoSuchBucket"),
    ("DELETE", "/access-points", {"access_point": arn("missing")}, "NoSuchAccessPoint"),
]


@pytest.mark.parametrize(("method", "path", "parameters", "code"), MISSING)
def test_what_is_missing_is_s3s_error(
    server: S3MockServer, s3: Any, method: str, path: str, parameters: dict[str, str], code: str
) -> None:
    s3.put_object(Bucket="photos", Key="a")
    answer = try_to(server, method, path, **parameters)
    assert (answer.status, answer.document["code"]) == (404, code)


def test_an_unknown_path_answers_with_all_that_there_are(server: S3MockServer) -> None:
    answer = send(server, "GET", f"{PREFIX}/stat")
    assert (answer.status, answer.document["code"]) == (404, "UnknownPath")
    assert answer.document["paths"] == sorted({PREFIX + route.path for route in ROUTES})


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
def test_a_wrong_method_answers_with_the_right_ones(server: S3MockServer, path: str) -> None:
    answer = send(server, "PATCH", PREFIX + path)
    assert (answer.status, answer.document["code"]) == (405, "WrongMethod")
    there = {route.method for route in ROUTES if route.path == path}
    assert {*answer.headers["allow"].split(", ")} - {"HEAD"} == there


def test_a_head_has_the_headers_of_a_get(server: S3MockServer) -> None:
    got, headed = (send(server, method, f"{PREFIX}/health") for method in ("GET", "HEAD"))
    assert (headed.status, headed.body) == (200, b"")
    assert headed.headers == got.headers
    assert got.document == {"status": "ok"}


def recurse(s3: S3) -> None:
    recurse(s3)


# What Python raises in code that is wrong, also of the types with which the control object refuses an argument.
BUGS: dict[str, Callable[[Any], object]] = {
    "ZeroDivisionError": lambda _: 1 / 0,
    "ValueError": lambda _: int("one"),
    "TypeError": lambda s3: s3.tree(1, 2, 3),
    "OverflowError": lambda _: timedelta(days=1e10),
    "UnicodeEncodeError": lambda _: "\ud800".encode(),
    "RecursionError": recurse,
}


@pytest.mark.parametrize("error", BUGS)
def test_a_bug_of_ours_is_answered_in_json_and_printed(
    server: S3MockServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: str
) -> None:
    monkeypatch.setattr(S3, "reset", BUGS[error])
    answer = send(server, "POST", f"{PREFIX}/reset")
    assert (answer.status, answer.document["code"]) == (500, "InternalError")
    assert error in capsys.readouterr().err


def test_the_state_is_a_tree_of_versions_and_uploads(server: S3MockServer, s3: Any) -> None:
    fill(server, s3)
    newer = s3.put_object(Bucket="photos", Key="a", Body=b"bytes")["VersionId"]
    (bucket,) = call(server, "GET", "/state")["buckets"]
    assert (bucket["name"], bucket["versioning"], bucket["settings"]) == ("photos", "Enabled", ["notification"])
    assert (bucket["key_count"], bucket["upload_key_count"], bucket["next"]) == (2, 1, None)
    a, marker, upload = bucket["keys"]
    assert [(each["version_id"] == newer, each["latest"], each["size"]) for each in a["versions"]] == [
        (True, True, 5),
        (False, False, 0),
    ]
    assert [each["delete_marker"] for each in marker["versions"]] == [True]
    assert (upload["key"], upload["versions"], upload["uploads"][0]["size"]) == ("u", [], 4)


KNOWN: dict[str, tuple[dict[str, Any], Any]] = {
    "headers": ({"CacheControl": "no-store"}, {"CacheControl": "no-store", "ContentType": "binary/octet-stream"}),
    "metadata": ({"Metadata": {"a": "b"}}, {"a": "b"}),
    "tags": ({"Tagging": "c=d"}, {"c": "d"}),
    "storage_class": ({"StorageClass": "GLACIER"}, "GLACIER"),
    "checksum": (
        {"ChecksumAlgorithm": "CRC32", "Body": b""},
        {"algorithm": "CRC32", "value": "AAAAAA==", "type": "FULL_OBJECT"},
    ),
    "encryption": (
        {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32},
        {"SSECustomerAlgorithm": "AES256", "SSECustomerKeyMD5": "mT2HRsMGJ5IX5C+0rreZ8Q=="},
    ),
    "legal_hold": ({"ObjectLockLegalHoldStatus": "ON"}, "ON"),
    "retention": (
        {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": "2040-01-01T00:00:00Z"},
        {"mode": "GOVERNANCE", "until": "2040-01-01T00:00:00Z"},
    ),
}


@pytest.mark.parametrize("member", KNOWN)
def test_an_object_is_described_as_it_was_put(server: S3MockServer, member: str) -> None:
    s3 = server.s3.client(region_name="us-east-1")
    s3.create_bucket(Bucket="photos", ObjectLockEnabledForBucket=True)
    parameters, expected = KNOWN[member]
    s3.put_object(Bucket="photos", Key="a", **parameters)
    shown = call(server, "GET", "/object", bucket="photos", key="a")
    assert shown[member] == expected
    jsonschema.Draft202012Validator(OBJECT).validate(shown)


def test_a_restored_object_of_several_parts_is_described(server: S3MockServer, s3: Any) -> None:
    upload = {"Bucket": "photos", "Key": "a"}
    upload["UploadId"] = s3.create_multipart_upload(Bucket="photos", Key="a", StorageClass="GLACIER")["UploadId"]
    etag = s3.upload_part(**upload, PartNumber=1, Body=b"part")["ETag"]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    s3.restore_object(Bucket="photos", Key="a", RestoreRequest={"Days": 1, "GlacierJobParameters": {"Tier": "Bulk"}})
    shown = call(server, "GET", "/object", bucket="photos", key="a")
    assert shown["parts"] == [{"part_number": 1, "size": 4, "etag": etag.strip('"')}]
    assert (shown["restore"]["tier"], shown["part_count"]) == ("Bulk", 1)
    jsonschema.Draft202012Validator(OBJECT).validate(shown)


KEYS = ["", "a", "a/", "a/b", "a/c/d", "a/c/e", "b", "b/", "b//", "c", "é"]


def pages(server: S3MockServer, **parameters: Any) -> Iterator[dict[str, Any]]:
    """The pages of a bucket."""
    after = ""
    while True:
        (page,) = call(server, "GET", "/state", bucket="photos", after=after, **parameters)["buckets"]
        yield page
        if page["next"] is None:
            return
        after = page["next"]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@pytest.mark.parametrize("delimiter", ["", "/"])
@pytest.mark.parametrize("prefix", ["", "a", "a/", "b/", "missing"])
def test_the_pages_of_a_bucket_have_each_key_once(
    server: S3MockServer, s3: Any, prefix: str, delimiter: str, limit: int
) -> None:
    for key in KEYS[1::2]:
        s3.put_object(Bucket="photos", Key=key)
    for key in KEYS[2::2]:
        s3.create_multipart_upload(Bucket="photos", Key=key)
    keys, prefixes = [], []
    for page in pages(server, prefix=prefix, delimiter=delimiter, limit=limit):
        assert len(page["keys"]) + len(page["prefixes"]) <= limit
        keys += [each["key"] for each in page["keys"]]
        prefixes += page["prefixes"]
    expected_keys, expected_prefixes = [], []
    for key in sorted(key for key in KEYS[1:] if key.startswith(prefix)):
        head, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
        if not found:
            expected_keys.append(key)
        elif prefix + head + found not in expected_prefixes:
            expected_prefixes.append(prefix + head + found)
    assert (keys, prefixes) == (expected_keys, expected_prefixes)


def test_the_limit_is_that_of_all_buckets_together(server: S3MockServer, s3: Any) -> None:
    for bucket in ("archive", "reports"):
        s3.create_bucket(Bucket=bucket)
    for bucket in ("archive", "photos"):
        for key in "ab":
            s3.put_object(Bucket=bucket, Key=key)
    shown = call(server, "GET", "/state", limit=3)["buckets"]
    assert [(each["name"], len(each["keys"]), each["next"]) for each in shown] == [
        ("archive", 2, None),
        ("photos", 1, "a"),
        ("reports", 0, None),
    ]
    assert [each["next"] for each in call(server, "GET", "/state", limit=0)["buckets"]] == ["", "", None]


def test_buckets_come_in_pages_too(server: S3MockServer, s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s3mock.control_api.contents.MOST_BUCKETS", 1)
    s3.create_bucket(Bucket="reports")
    first = call(server, "GET", "/state")
    second = call(server, "GET", "/state", after=first["next"])
    assert [page["buckets"][0]["name"] for page in (first, second)] == ["photos", "reports"]
    assert second["next"] is None


@pytest.mark.parametrize("key", HOSTILE)
def test_every_key_is_shown_as_it_is(server: S3MockServer, s3: Any, key: str) -> None:
    s3.put_object(Bucket="photos", Key=key, Body=b"bytes", Metadata={"name": "<b>"})
    assert [each["key"] for each in call(server, "GET", "/state")["buckets"][0]["keys"]] == [key]
    shown = call(server, "GET", "/object", bucket="photos", key=key)
    assert (shown["key"], shown["size"], shown["metadata"]) == (key, 5, {"name": "<b>"})


def test_the_work_that_is_due_is_done_before_the_state_is_read(server: S3MockServer, s3: Any) -> None:
    rule = {"ID": "a", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket="photos", LifecycleConfiguration={"Rules": [rule]})
    s3.put_object(Bucket="photos", Key="a")
    assert call(server, "POST", "/clock/advance", days=3)["offset"] == 3 * 86400
    assert call(server, "GET", "/state")["buckets"][0]["keys"] == []


def test_the_clock_travels_and_stops_and_comes_back(server: S3MockServer) -> None:
    assert call(server, "POST", "/clock/travel", to="2040-02-29T12:00:00Z")["now"] == "2040-02-29T12:00:00Z"
    assert server.s3.clock.now().year == 2040
    assert call(server, "POST", "/clock/travel", to="2040-02-29T12:00:00+02:00")["now"] == "2040-02-29T10:00:00Z"
    assert call(server, "POST", "/clock/freeze", to="2041-01-01")["frozen"]
    assert call(server, "GET", "/clock")["now"] == "2041-01-01T00:00:00Z"
    assert not call(server, "POST", "/clock/unfreeze")["frozen"]
    assert server.s3.clock.now().year == 2041
    call(server, "POST", "/clock/freeze")
    assert call(server, "POST", "/clock/reset")["offset"] == 0
    assert server.s3.clock.offset == 0


def test_a_principal_of_another_process_can_do_what_its_policy_says(server: S3MockServer, s3: Any) -> None:
    s3.put_object(Bucket="photos", Key="a")
    credentials = call(server, "POST", "/principals", name="ann", policies=POLICY)
    ann = boto3.client("s3", endpoint_url=server.endpoint_url, region_name="us-east-1", **credentials)
    assert ann.get_object(Bucket="photos", Key="a")["ContentLength"] == 0
    with pytest.raises(ClientError, match="AccessDenied"):
        ann.delete_object(Bucket="photos", Key="a")

    key = credentials["aws_access_key_id"]
    (listed,) = call(server, "GET", "/principals")["principals"]
    assert (listed["arn"], listed["access_key_id"]) == ("arn:aws:iam::123456789012:user/ann", key)
    assert json.loads(listed["policies"][0]) == POLICY
    assert credentials["aws_secret_access_key"] not in json.dumps(listed)

    asked = {"action": "s3:GetObject", "resource": "arn:aws:s3:::photos/a"}
    explained = call(server, "POST", "/explain", **asked, by=key)
    assert (explained["allowed"], explained["statement"]) == (True, {"sid": "Read", "number": 1, "effect": "Allow"})
    assert not call(server, "POST", "/explain", **asked)["allowed"]

    call(server, "DELETE", "/principals", principal=key)
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        ann.get_object(Bucket="photos", Key="a")


def test_access_points_of_every_kind_are_listed_and_removed(server: S3MockServer, s3: Any) -> None:
    point = call(server, "POST", "/access-points", name="point", bucket="photos")
    s3.put_object(Bucket=point["alias"], Key="a")
    assert s3.head_object(Bucket="photos", Key="a")["ContentLength"] == 0
    many = call(server, "POST", "/access-points/multi-region", name="many", buckets=["photos"])
    server.s3.add_object_lambda("answers", point["arn"], dict)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{point['arn']}/object/*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    changed = call(server, "PUT", "/access-points/policy", access_point=point["alias"], policy=policy)
    assert json.loads(changed["policy"]) == policy

    listed = call(server, "GET", "/access-points")["access_points"]
    assert {each["kind"] for each in listed} == {"access-point", "multi-region", "object-lambda"}
    assert {each["arn"] for each in listed} > {point["arn"], many["arn"]}
    for each in reversed(listed):
        call(server, "DELETE", "/access-points", access_point=each["arn"])
    assert call(server, "GET", "/access-points") == {"access_points": []}


def test_faults_are_made_seen_and_removed(server: S3MockServer, s3: Any) -> None:
    rule = {"operation": ["PutObject"], "code": "SlowDown", "times": 1}
    assert call(server, "POST", "/faults", rules=[rule]) == {"rules": [rule], "fired": []}
    s3.put_object(Bucket="photos", Key="a")
    (fired,) = call(server, "GET", "/faults")["fired"]
    assert (fired["key"], fired["attempt"], fired["effect"], fired["rule"]) == ("a", 1, "SlowDown", rule)
    assert call(server, "GET", "/faults", limit=0)["fired"] == []
    puts = call(server, "GET", "/requests", operation="PutObject")["requests"]
    assert [(each["status"], each["faults"]) for each in puts] == [(503, ["SlowDown"]), (200, [])]
    call(server, "DELETE", "/faults")
    assert call(server, "GET", "/faults") == {"rules": [], "fired": []}


def test_events_are_filtered_and_paged_and_forgotten(server: S3MockServer, s3: Any) -> None:
    notify(s3)
    for key in HOSTILE:
        s3.put_object(Bucket="photos", Key=key)
    keys: list[str] = []
    after: str | None = ""
    while after is not None:
        page = call(server, "GET", "/events", limit=3, after=after)
        keys += [event["key"] for event in page["events"]]
        after = page["next"]
    assert keys == HOSTILE
    (event,) = call(server, "GET", "/events", key="//", name="ObjectCreated:*", bucket="photos")["events"]
    assert (event["name"], event["destinations"]) == ("ObjectCreated:Put", [QUEUE])
    assert event["record"]["s3"]["object"]["key"] == "//"
    assert call(server, "GET", "/events", name="ObjectRemoved:*")["events"] == []
    call(server, "DELETE", "/events")
    assert server.s3.events == ()


def test_the_last_requests_are_filtered_and_paged_and_forgotten(server: S3MockServer, s3: Any) -> None:
    for key in HOSTILE:
        s3.put_object(Bucket="photos", Key=key, Body=b"bytes", Metadata={"a": "b"})
    with pytest.raises(ClientError):
        s3.get_object(Bucket="photos", Key="missing")
    last = call(server, "GET", "/requests", limit=3)["requests"]
    assert [(each["operation"], each["key"], each["status"]) for each in last] == [
        ("PutObject", HOSTILE[-2], 200),
        ("PutObject", HOSTILE[-1], 200),
        ("GetObject", "missing", 404),
    ]
    assert (last[1]["bytes_in"], last[1]["parameters"]["Metadata"], last[1]["client"]) == (5, {"a": "b"}, "boto3")
    assert last[2]["error"] == "NoSuchKey"
    assert call(server, "GET", "/requests", after=last[0]["number"], limit=1)["requests"] == [last[1]]
    assert call(server, "GET", "/requests", key="miss*")["requests"] == [last[2]]
    call(server, "DELETE", "/requests")
    assert call(server, "GET", "/requests") == {"requests": []}


def test_the_requests_of_a_mock_have_the_line_that_called() -> None:
    with mock_s3() as mock, S3MockServer(cloud=mock.cloud) as server:
        mock.client(region_name="us-east-1").create_bucket(Bucket="photos")
        (made,) = call(server, "GET", "/requests")["requests"]
        assert (made["operation"], made["line"]) == ("CreateBucket", mock.requests[0].line)
        assert made["line"].startswith("tests/test_control_api.py:")


def test_the_cost_is_that_of_the_requests_that_fit(server: S3MockServer, s3: Any) -> None:
    call(server, "DELETE", "/requests")
    s3.put_object(Bucket="photos", Key="a", StorageClass="STANDARD_IA")
    s3.list_objects_v2(Bucket="photos")
    answer = call(server, "GET", "/cost", times=1000, operation="Put*")
    assert [(line["storage_class"], line["number"]) for line in answer["lines"]] == [("STANDARD_IA", 1)]
    assert answer["dollars"] == pytest.approx(0.01)
    assert answer["text"].startswith("$0.01 for 1 request, 1,000 times\n")


def test_requests_that_are_not_kept_are_unavailable() -> None:
    with S3MockServer(journal=0) as server:
        answer = send(server, "GET", f"{PREFIX}/requests")
        assert (answer.status, answer.document["code"]) == (409, "Unavailable")
        assert "S3MOCK_JOURNAL" in answer.document["message"]


def test_logs_are_delivered_on_request(server: S3MockServer, s3: Any) -> None:
    s3.create_bucket(Bucket="logs")
    target = {"TargetBucket": "logs", "TargetPrefix": "of/"}
    grantee = "uri=http://acs.amazonaws.com/groups/s3/LogDelivery"
    s3.put_bucket_acl(Bucket="logs", GrantWrite=grantee, GrantReadACP=grantee)
    s3.put_bucket_logging(Bucket="photos", BucketLoggingStatus={"LoggingEnabled": target})
    s3.put_object(Bucket="photos", Key="a")
    assert "Contents" not in s3.list_objects_v2(Bucket="logs")
    call(server, "POST", "/logs/deliver")
    assert s3.list_objects_v2(Bucket="logs")["KeyCount"] == 1


CHANGING = [route for route in ROUTES if route.method != "GET"]


@pytest.mark.parametrize("kind", CROSS_SITE)
@pytest.mark.parametrize("route", CHANGING, ids=name_of)
def test_no_page_of_another_site_changes_anything(server: S3MockServer, s3: Any, route: Route, kind: str) -> None:
    before = server.cloud.store
    headers = {name: value.format(port=server.port) for name, value in CROSS_SITE[kind].items()}
    answer = send(server, route.method, PREFIX + route.path, b"{}", **headers)
    assert (answer.status, answer.document["code"]) == (403, "Forbidden")
    assert server.cloud.store is before


PRIVATE = ["localhost", "127.0.0.1", "192.168.0.7", "[::1]", "s3mock", "host.docker.internal", "s3.svc.cluster.local"]


@pytest.mark.parametrize("name", PRIVATE)
def test_a_page_of_the_server_itself_may_change_it(server: S3MockServer, name: str) -> None:
    host = f"{name}:{server.port}"
    assert send(server, "POST", f"{PREFIX}/reset", Host=host, Origin=f"http://{host}").status == 200


@pytest.mark.parametrize("name", ["example.com", "localhost.example.com", "127.0.0.1.example.com", "a.b"])
def test_a_site_whose_name_resolves_to_the_server_reads_nothing(server: S3MockServer, name: str) -> None:
    answer = send(server, "GET", f"{PREFIX}/state", Host=f"{name}:{server.port}")
    assert (answer.status, answer.document["code"]) == (403, "Forbidden")


def test_a_name_that_is_configured_is_the_servers_own() -> None:
    with S3MockServer("localhost", custom_endpoints="https://S3.example.com:8443/") as server:
        for host, status in {"s3.example.com": 200, "s3.example.com:5000": 200, "other.example.com": 403}.items():
            assert send(server, "GET", f"{PREFIX}/state", Host=host).status == status
            assert send(server, "GET", f"{PREFIX}/health", Host=host).status == 200


def test_no_answer_may_be_read_by_a_page_of_another_site(server: S3MockServer) -> None:
    answer = send(server, "GET", f"{PREFIX}/state", Origin="https://example.com")
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_at_the_host_of_a_bucket_the_path_is_a_key(server: S3MockServer, s3: Any) -> None:
    s3.put_object(Bucket="photos", Key="_s3mock/health", Body=b"bytes", ACL="public-read")
    assert send(server, "GET", "/_s3mock/health", Host="photos.localhost").body == b"bytes"
    assert b"NoSuchBucket" in send(server, "GET", "/_s3mockery", Authorization="AWS AKID:signature").body


def test_a_wsgi_application_has_it_below_its_mount() -> None:
    app = create_app()
    wsgi(app, "PUT", "/photos")
    answer = wsgi(app, "GET", "/_s3mock/state?limit=0", passed_on={"SCRIPT_NAME": "/s3"})
    assert [each["name"] for each in json.loads(answer.body)["buckets"]] == ["photos"]
    assert wsgi(app, "HEAD", "/_s3mock/health").body == b""
    assert wsgi(app, "POST", "/_s3mock/reset").status == "200 OK"
    assert app.s3.cloud.is_empty()


def test_it_is_imported_with_its_first_request() -> None:
    code = """
import sys
from http.client import HTTPConnection
from s3mock.__main__ import S3MockServer
with S3MockServer() as server:
    connection = HTTPConnection("127.0.0.1", server.port)
    for path in "/", "/_s3mock/health":
        connection.request("GET", path)
        connection.getresponse().read()
        print("s3mock.control_api" in sys.modules)
    connection.close()
"""
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["False", "True"]


def test_snapshots_that_are_taken_at_the_same_time_have_different_names(
    server: S3MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    take, names = S3.snapshot, []

    def take_two(s3: S3) -> Any:
        monkeypatch.setattr(S3, "snapshot", take)
        names.append(call(server, "POST", "/snapshots")["snapshot"])
        return take(s3)

    monkeypatch.setattr(S3, "snapshot", take_two)
    names.append(call(server, "POST", "/snapshots")["snapshot"])
    assert sorted(names) == ["1", "2"]


def test_the_snapshots_that_were_used_last_are_kept(server: S3MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("s3mock.control_api.routes.MOST_SNAPSHOTS", 3)
    of_the_session, *others = [call(server, "POST", "/snapshots")["snapshot"] for _ in range(3)]
    for _ in range(5):
        call(server, "POST", "/snapshots/restore", snapshot=of_the_session)
        call(server, "POST", "/snapshots")
    call(server, "POST", "/snapshots/restore", snapshot=of_the_session)
    for name in others:
        answer = try_to(server, "GET", "/snapshots/diff", before=name)
        assert (answer.status, answer.document["message"]) == (
            400,
            f"there is no snapshot '{name}': POST /_s3mock/snapshots takes one, and the 3 that were used last are kept",
        )
    call(server, "DELETE", "/snapshots", snapshot=of_the_session)
    for method, path in (("POST", "/snapshots/restore"), ("DELETE", "/snapshots")):
        assert try_to(server, method, path, snapshot=of_the_session).status == 400


def test_other_languages_return_to_a_snapshot_too(server: S3MockServer, s3: Any) -> None:
    call(server, "POST", "/buckets", buckets={"photos-2": {"a": "1", "b.txt": "é"}})
    assert s3.get_object(Bucket="photos-2", Key="b.txt")["Body"].read().decode() == "é"
    snapshot = call(server, "POST", "/snapshots")
    for _ in range(2):
        s3.delete_object(Bucket="photos-2", Key="a")
        call(server, "POST", "/snapshots/restore", **snapshot)
        assert s3.get_object(Bucket="photos-2", Key="a")["Body"].read() == b"1"
    s3.delete_object(Bucket="photos-2", Key="a")
    (changed,) = call(server, "GET", "/snapshots/diff", before=snapshot["snapshot"])["changes"]
    assert (changed["kind"], changed["what"], changed["name"], changed["key"]) == (
        "removed",
        "version",
        "photos-2",
        "a",
    )
    answer = try_to(server, "POST", "/snapshots/restore", snapshot="7")
    assert (answer.status, "there is no snapshot '7'" in answer.document["message"]) == (400, True)
    answer = try_to(server, "POST", "/buckets", buckets={"No": {}})
    assert (answer.status, "InvalidBucketName" in answer.document["message"]) == (400, True)
