"""The journal of requests: what an entry has, what is kept, and the line of code that called."""

from __future__ import annotations

import gc
import io
import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any

import boto3
import httpx
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from s3mock import S3MockServer, mock_s3
from s3mock.backend import journal as kept
from s3mock.http import Body, Request
from s3mock.transports import adapter
from tests.support.raw_requests import SIGNED
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3


def here(offset: int = 0) -> str:
    """The line of the caller, or one below it, as the journal names it."""
    return f"tests/test_journal.py:{sys._getframe(1).f_lineno + offset}"


def test_an_entry_has_what_was_asked_and_what_was_answered(mock: S3, s3: S3Client, bucket: str) -> None:
    mock.requests.clear()
    line = here(1)
    reply = s3.put_object(Bucket=bucket, Key="a", Body=b"hello", Metadata={"color": "blue"}, ContentType="text/plain")
    (entry,) = mock.requests
    assert (entry.operation, entry.bucket, entry.key, entry.status, entry.error) == (
        "PutObject",
        bucket,
        "a",
        200,
        None,
    )
    assert entry.parameters["Metadata"] == {"color": "blue"}
    assert entry.parameters["ContentType"] == "text/plain"
    assert "Body" not in entry.parameters
    assert (entry.bytes_in, entry.bytes_out) == (5, 0)
    assert entry.caller == "arn:aws:iam::123456789012:root"
    assert (entry.client, entry.attempt, entry.method) == ("boto3", 1, "PUT")
    assert entry.request_id == reply["ResponseMetadata"]["RequestId"]
    assert entry.url == f"https://{bucket}.s3.amazonaws.com/a"
    assert (entry.line, entry.function) == (line, "test_an_entry_has_what_was_asked_and_what_was_answered")
    assert 0 < entry.seconds < 10
    assert entry.when == mock.clock.now()


def test_an_error_has_its_code_also_where_the_response_has_no_body(mock: S3, s3: S3Client, bucket: str) -> None:
    with refused("404"):
        s3.head_object(Bucket=bucket, Key="a")
    with refused("NoSuchBucket"):
        s3.list_objects_v2(Bucket="no-such-bucket", Prefix="logs/")
    head, listing = mock.requests[-2:]
    assert (head.operation, head.status, head.error) == ("HeadObject", 404, "NoSuchKey")
    assert (listing.bucket, listing.error, listing.parameters["Prefix"]) == ("no-such-bucket", "NoSuchBucket", "logs/")


def test_a_document_is_among_the_parameters(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert mock.requests[-1].parameters["VersioningConfiguration"] == {"Status": "Enabled"}
    assert mock.requests.of(VersioningConfiguration={"Status": "Enabled"}) == mock.requests[-1:]


def test_a_request_refused_before_its_parameters_were_read_has_its_address(mock: S3, bucket: str) -> None:
    removed = mock.add_principal("ann")
    mock.remove_principal(removed)
    with refused("InvalidAccessKeyId"):
        mock.client(**removed).get_object(Bucket=bucket, Key="a")
    entry = mock.requests[-1]
    assert (entry.operation, entry.parameters) == ("GetObject", {"Bucket": bucket, "Key": "a"})
    adapter.answer(mock.cloud, Request("BREW", "https", "s3.amazonaws.com", "/pot"))
    entry = mock.requests[-1]
    assert (entry.operation, entry.name, entry.parameters) == ("", "BREW /pot", {})


def test_a_large_request_that_asks_for_no_operation_is_an_entry(mock: S3) -> None:
    document = b"x" * kept.LARGE_DOCUMENT
    adapter.answer(mock.cloud, Request("BREW", "https", "s3.amazonaws.com", "/pot", body=Body(document)))
    assert mock.requests[-1].bytes_in == len(document)


def test_the_parameters_are_those_that_were_sent_to_a_directory_bucket(
    mock: S3, west: S3Client, directory: str
) -> None:
    del mock
    with mock_s3() as s3:
        west.put_object(Bucket=directory, Key="a", Body=b"bytes")
        west.put_object(Bucket=directory, Key="a", Body=b"more", WriteOffsetBytes=5)
        assert [entry.parameters.get("WriteOffsetBytes") for entry in s3.requests.of("PutObject")] == [None, 5]


def test_a_form_and_a_visit_are_entries(mock: S3, s3: S3Client, bucket: str) -> None:
    form = s3.generate_presigned_post(bucket, "a.txt")
    httpx.post(form["url"], data=form["fields"], files={"file": b"hello"})
    entry = mock.requests[-1]
    assert (entry.operation, entry.key, entry.client) == ("PostObject", None, "httpx")
    assert entry.parameters["Key"] == "a.txt"
    assert not {"Body", "Fields"} & entry.parameters.keys()
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    line = here(1)
    httpx.get(f"http://{bucket}.s3-website-us-east-1.amazonaws.com/a.txt")
    entry = mock.requests[-1]
    assert (entry.operation, entry.parameters["Key"]) == ("GetObject", "a.txt")
    assert (entry.status, entry.error) == (403, "AccessDenied")
    assert (entry.caller, entry.line) == ("anonymous", line)


def test_callers_are_those_who_signed(mock: S3, s3: S3Client, bucket: str) -> None:
    ann = mock.client(**mock.add_principal("ann", {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}))
    ann.list_objects_v2(Bucket=bucket)
    httpx.get(f"https://{bucket}.s3.amazonaws.com/a")
    s3.list_objects_v2(Bucket=bucket)
    assert [entry.caller for entry in mock.requests[-3:]] == [
        "arn:aws:iam::123456789012:user/ann",
        "anonymous",
        "arn:aws:iam::123456789012:root",
    ]
    assert len(mock.requests.of(caller="*:user/ann")) == 1


def test_filters_take_patterns_parameters_and_functions(mock: S3, s3: S3Client, bucket: str) -> None:
    for key in ("logs/a", "logs/b", "photos/a"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"bytes", Metadata={"key": key})
    s3.list_objects_v2(Bucket=bucket, MaxKeys=2)
    s3.list_objects(Bucket=bucket)
    with refused("NoSuchKey"):
        s3.get_object(Bucket=bucket, Key="logs/c")
    requests = mock.requests
    assert len(requests.of("PutObject")) == 3
    assert [entry.key for entry in requests.of("Put*", bucket=bucket, key="logs/*")] == ["logs/a", "logs/b"]
    assert [entry.operation for entry in requests.of("List*")] == ["ListObjectsV2", "ListObjects"]
    assert len(requests.of("ListObjectsV2", MaxKeys=2)) == 1
    assert len(requests.of(Metadata=lambda sent: sent["key"].endswith("a"))) == 2
    assert requests.of(error="NoSuch*") == requests.of(status=404) == requests[-1:]
    assert requests.of("PutObject").of(key="photos/*").of(client="boto*") == requests.of(Key="photos/a")


def test_a_filter_that_could_never_match_is_refused(mock: S3) -> None:
    with pytest.raises(ValueError, match="no operation 'PutObjects'; did you mean PutObject"):
        mock.requests.of("PutObjects")
    with pytest.raises(ValueError, match="no operation 'put_object'; did you mean PutObject"):
        mock.requests.of("put_object")
    with pytest.raises(TypeError, match="no bytes of objects"):
        mock.requests.of("PutObject", Body=b"bytes")


@pytest.mark.parametrize(
    ("operation", "name", "message"),
    [
        ("PutObject", "Bukcet", "PutObject has no parameter, and the journal no filter, 'Bukcet'; did you mean Bucket"),
        ("PutObject", "Prefix", "PutObject has no parameter, .* 'Prefix'"),
        ("List*", "prefix", r"List\* has no parameter, .* 'prefix'; did you mean Prefix"),
        ("ListBuckets", "MaxBucket", "did you mean MaxBuckets"),
        ("GetObject", "stats", "did you mean status"),
        ("PostObject", "Fields", "PostObject has no parameter"),
        (None, "MaxKey", "no operation has a parameter, and the journal no filter, 'MaxKey'; did you mean MaxKeys"),
    ],
)
def test_a_parameter_that_the_operation_does_not_have_is_refused(
    mock: S3, operation: str | None, name: str, message: str
) -> None:
    parameters: Any = {name: "a"}
    with pytest.raises(TypeError, match=message):
        mock.requests.of(operation, **parameters)
    if operation is not None:
        with pytest.raises(TypeError, match=message):
            mock.assert_called(operation, times=0, **parameters)


def test_every_parameter_that_is_kept_can_be_asked_for(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"bytes", Metadata={"a": "b"}, Tagging="a=b", ACL="private")
    s3.put_object_tagging(Bucket=bucket, Key="a", Tagging={"TagSet": []})
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}]})
    form = s3.generate_presigned_post(bucket, "a.txt", Fields={"tagging": "<Tagging/>"})
    httpx.post(form["url"], data=form["fields"], files={"file": b"hello"})
    for entry in mock.requests:
        assert entry in mock.requests.of(entry.operation, **entry.parameters)


def test_requests_are_printed_as_a_table(mock: S3, s3: S3Client, bucket: str) -> None:
    mock.requests.clear()
    assert str(mock.requests) == "0 requests"
    line = here(1)
    s3.put_object(Bucket=bucket, Key="a", Body=b"b" * 2048)
    with refused("404"):
        s3.head_object(Bucket=bucket, Key="b")
    s3.list_objects_v2(Bucket=bucket, Prefix="logs/", MaxKeys=2)
    first, *rows = str(mock.requests).splitlines()
    assert first == "3 requests"
    assert rows[0].split() == ["PutObject", f"{bucket}/a", "200", "2", "KiB", "in", "boto3", line]
    assert "404 NoSuchKey" in rows[1]
    assert f"{bucket} Prefix='logs/'" in rows[2]
    assert repr(mock.requests) == "<3 requests: print() shows them>"
    assert str(mock.requests[0]).startswith(f"PutObject {bucket}/a -> 200")


def test_only_the_last_requests_are_printed(mock: S3, s3: S3Client, bucket: str) -> None:
    for number in range(60):
        s3.put_object(Bucket=bucket, Key=f"{number:>0100}")
    lines = str(mock.requests.of("PutObject")).splitlines()
    assert lines[0] == "60 requests, of which the last 50"
    assert len(lines) == 51
    assert "0..." in lines[1]


def test_a_retry_says_so(mock: S3, bucket: str) -> None:
    headers = SIGNED | {"amz-sdk-request": "ttl=20261129T013000Z; attempt=2; max=3"}
    adapter.answer(mock.cloud, Request("HEAD", "https", "s3.amazonaws.com", f"/{bucket}/a", "", headers))
    assert mock.requests[-1].attempt == 2
    assert "404 NoSuchKey (attempt 2)" in str(mock.requests)


def test_a_request_has_the_faults_that_it_met(mock: S3, bucket: str) -> None:
    client = mock.client(config=Config(retries={"mode": "standard", "max_attempts": 3}))
    mock.requests.clear()
    for rule in ({"code": "SlowDown"}, {"connection": "connect timeout"}, {"connection": "reset", "after": True}):
        mock.fail("PutObject", times=1, **rule)
    line = here(1)
    client.put_object(Bucket=bucket, Key="a")
    requests = mock.requests
    assert [(entry.status, entry.error, entry.faults, entry.attempt) for entry in requests] == [
        (503, "SlowDown", ("SlowDown",), 1),
        (0, "connect timeout", ("connect timeout",), 2),
        (200, None, ("reset after the write",), 3),
        (200, None, (), 4),
    ]
    assert {entry.line for entry in requests} == {line}
    assert "200 (reset after the write, attempt 3)" in str(requests)
    assert [line.number for line in mock.cost().lines] == [2]


@pytest.mark.parametrize("threads", [True, False])
def test_a_managed_transfer_has_the_line_that_began_it(mock: S3, s3: S3Client, bucket: str, *, threads: bool) -> None:
    mock.requests.clear()
    config = TransferConfig(use_threads=threads, multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
    line = here(1)
    s3.upload_fileobj(io.BytesIO(b"b" * (12 << 20)), bucket, "a", Config=config)
    requests = mock.requests
    assert len(requests.of("UploadPart")) == 3
    assert {entry.line for entry in requests} == {line}
    line = here(1)
    s3.download_fileobj(bucket, "a", io.BytesIO(), Config=config)
    assert {entry.line for entry in mock.requests[len(requests) :]} == {line}


def test_a_call_in_a_thread_of_ones_own_has_its_line(mock: S3, s3: S3Client, bucket: str) -> None:
    lines = []

    def work() -> None:
        lines.append(here(1))
        s3.list_objects_v2(Bucket=bucket)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert mock.requests[-1].line == lines[0]


def test_what_a_receiver_of_events_calls_has_its_own_line(mock: S3, s3: S3Client, bucket: str) -> None:
    lines = []
    arn = "arn:aws:lambda:us-east-1:123456789012:function:a-function"

    @mock.on_event(arn)
    def receive(_event: Any) -> None:
        lines.append(here(1))
        httpx.get(f"https://{bucket}.s3.amazonaws.com/a")

    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}]
        },
    )
    lines.append(here(1))
    s3.put_object(Bucket=bucket, Key="a")
    put, get = mock.requests[-2:]
    assert [put.operation, get.operation] == ["PutObject", "GetObject"]
    assert [put.line, get.line] == lines


def test_resources_and_pages_have_the_line_that_asked_for_them(mock: S3, s3: S3Client, bucket: str) -> None:
    mock.requests.clear()
    line = here(1)
    list(boto3.resource("s3").Bucket(bucket).objects.all())
    assert [entry.line for entry in mock.requests] == [line]
    line = here(1)
    list(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket))
    assert mock.requests[-1].line == line


def test_nested_mocks_share_the_journal_and_reset_clears_it(mock: S3, s3: S3Client, bucket: str) -> None:
    with mock_s3() as inner:
        inner.client().list_objects_v2(Bucket=bucket)
        assert inner.requests == mock.requests
    mock.reset()
    assert mock.requests == ()
    s3.list_buckets()
    assert len(mock.requests) == 1


def test_a_snapshot_does_not_have_the_journal(mock: S3, s3: S3Client, bucket: str) -> None:
    snapshot = mock.cloud.snapshot()
    s3.put_object(Bucket=bucket, Key="a")
    mock.cloud.restore(snapshot)
    assert mock.requests[-1].operation == "PutObject"


def test_a_setting_bounds_the_journal_and_turns_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_s3(journal=3) as s3:
        client = s3.client(region_name="us-east-1")
        client.create_bucket(Bucket="photos")
        for key in "abcd":
            client.put_object(Bucket="photos", Key=key)
        assert [entry.key for entry in s3.requests] == ["b", "c", "d"]
    monkeypatch.setenv("S3MOCK_JOURNAL", "0")
    with mock_s3() as s3:
        s3.client(region_name="us-east-1").create_bucket(Bucket="photos")
        with pytest.raises(RuntimeError, match="the setting journal is 0"):
            _ = s3.requests


def test_of_large_documents_only_the_last_are_kept(
    mock: S3, s3: S3Client, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_LARGE_DOCUMENTS", 2)
    mock.cloud.journal = kept.Journal(100)
    for number in range(3):
        keys: Any = [{"Key": f"{number}-{key:0100}"} for key in range(50)]
        s3.delete_objects(Bucket=bucket, Delete={"Objects": keys})
        s3.delete_objects(Bucket=bucket, Delete={"Objects": keys[:1]})
    has = [
        len(entry.parameters["Delete"]["Objects"]) if "Delete" in entry.parameters else None for entry in mock.requests
    ]
    assert has == [None, 1, 50, 1, 50, 1]
    assert mock.requests[0].parameters["Bucket"] == bucket


def test_the_journal_keeps_no_body_and_no_client(mock: S3, bucket: str) -> None:
    class Content(io.BytesIO):
        pass

    content = Content(b"b" * 1_000_000)
    client = mock.client(region_name="eu-west-1")
    client.put_object(Bucket=bucket, Key="a", Body=content)
    client.get_object(Bucket=bucket, Key="a")["Body"].read()
    alive = [weakref.ref(content), weakref.ref(client)]
    del content, client
    gc.collect()
    assert [each() for each in alive] == [None, None]
    assert [entry.operation for entry in mock.requests[-2:]] == ["PutObject", "GetObject"]
    assert [max(entry.bytes_in, entry.bytes_out) for entry in mock.requests[-2:]] == [1_000_000, 1_000_000]


def test_threads_add_their_entries_together(mock: S3, s3: S3Client, bucket: str) -> None:
    mock.requests.clear()

    def work(name: str) -> None:
        for number in range(50):
            s3.put_object(Bucket=bucket, Key=f"{name}/{number}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    requests = mock.requests
    assert len(requests) == 200
    assert len({entry.number for entry in requests}) == 200
    assert [entry.key for entry in requests.of(key="a/*")] == [f"a/{number}" for number in range(50)]


def test_a_server_has_a_journal_without_lines(server: S3MockServer) -> None:
    client = server.s3.client(region_name="us-east-1")
    client.create_bucket(Bucket="photos")
    client.put_object(Bucket="photos", Key="a", Body=b"bytes")
    with refused("404"):
        client.head_object(Bucket="photos", Key="b")
    entries = server.s3.requests
    assert [(entry.operation, entry.status, entry.bytes_in) for entry in entries] == [
        ("CreateBucket", 200, 0),
        ("PutObject", 200, 5),
        ("HeadObject", 404, 0),
    ]
    assert {entry.client for entry in entries} == {"boto3"}
    assert {entry.line for entry in entries} == {""}


@pytest.mark.parametrize(
    ("user_agent", "client"),
    [
        ("Boto3/1.44.8 md/Botocore#1.44.8 ua/2.1 os/linux lang/python#3.11.7 Botocore/1.44.8", "boto3"),
        ("aiobotocore/2.21 md/Botocore#1.37", "aiobotocore"),
        ("python-requests/2.34.2", "requests"),
        ("Python-urllib/3.11", "urllib"),
        ("Python/3.11 aiohttp/3.14.5", "aiohttp"),
        ("MinIO (Linux; x86_64) minio-py/7.2.20", "minio-py"),
        ("aws-cli/1.46.3 md/Botocore#1.43.62", "aws-cli"),
        ("aws-sdk-java/2.20", "aws-sdk-java"),
        ("", ""),
    ],
)
def test_a_client_is_named_by_its_user_agent(user_agent: str, client: str) -> None:
    assert kept.client_of(user_agent) == client
