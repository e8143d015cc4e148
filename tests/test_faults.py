"""Fault rules: which requests they match, what S3 answers then, what is logged, and what is refused."""

from __future__ import annotations

import io
import json
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import boto3.s3.transfer
import httpx
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError

from s3mock import mock_s3
from s3mock.gateway.faults import CLOSED, REASONS
from s3mock.http import Response
from s3mock.models import fault
from s3mock.responses import OPERATIONS
from tests.support.raw_requests import ask

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

NO_RETRIES = Config(retries={"total_max_attempts": 1})


@pytest.fixture
def once(mock: S3, bucket: str) -> S3Client:
    """A client that does not retry."""
    del bucket
    client: S3Client = mock.client(region_name="us-east-1", config=NO_RETRIES)
    return client


def put(client: S3Client, key: str = "a", **parameters: Any) -> str:
    """The code of the error of a PutObject, "" if it succeeds."""
    try:
        client.put_object(Bucket="a-bucket", Key=key, Body=b"bytes", **parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return ""


def text_of(response: Response) -> str:
    """The text of a response's document."""
    assert isinstance(response.body, bytes)
    return response.body.decode()


@pytest.mark.parametrize(
    ("match", "fails"),
    [
        ({}, [True, True, True, True]),
        ({"operation": "PutObject"}, [True, True, True, False]),
        ({"operation": "Get*"}, [False, False, False, True]),
        ({"operation": ["PutObject", "GetObject"]}, [True, True, True, True]),
        ({"operation": "*"}, [True, True, True, True]),
        ({"bucket": "a-*"}, [True, True, True, True]),
        ({"bucket": "b-*"}, [False, False, False, False]),
        ({"key": "logs/*"}, [False, True, False, False]),
        ({"region": "us-*"}, [True, True, True, True]),
        ({"region": "eu-*"}, [False, False, False, False]),
        ({"headers": {"X-Amz-Storage-Class": "GLACIER*"}}, [False, False, True, False]),
        ({"headers": {"x-amz-storage-class": "*"}}, [False, False, True, False]),
        ({"caller": "123456789012"}, [True, True, True, True]),
        ({"caller": "arn:aws:iam::123456789012:root"}, [True, True, True, True]),
        ({"caller": "anonymous"}, [False, False, False, False]),
        ({"nth": 2}, [False, True, False, False]),
        ({"nth": [1, 4]}, [True, False, False, True]),
        ({"nth": 2, "operation": "PutObject"}, [False, True, False, False]),
        ({"times": 2}, [True, True, False, False]),
        ({"sequence": "fail pass fail"}, [True, False, True, False]),
        ({"sequence": ["pass", "fail"], "repeat": True}, [False, True, False, True]),
        ({"sequence": "fail, pass", "repeat": True, "times": 1}, [True, False, False, False]),
        ({"probability": 0}, [False, False, False, False]),
        ({"probability": 1}, [True, True, True, True]),
    ],
    ids=str,
)
def test_a_rule_matches(mock: S3, once: S3Client, match: dict[str, Any], fails: list[bool]) -> None:
    once.put_object(Bucket="a-bucket", Key="a")
    with mock.fail(**match, code="SlowDown") as rule:
        codes = [put(once), put(once, "logs/a"), put(once, StorageClass="GLACIER_IR")]
        try:
            once.get_object(Bucket="a-bucket", Key="a")
            codes.append("")
        except ClientError as error:
            codes.append(error.response["Error"]["Code"])
    assert [code == "SlowDown" for code in codes] == fails
    assert len(rule.fired) == len(mock.faults) == sum(fails)
    assert put(once) == ""


def test_a_principal_and_an_unsigned_request_are_callers(mock: S3, once: S3Client) -> None:
    ann = mock.client(region_name="us-east-1", config=NO_RETRIES, **mock.add_principal("ann"))
    mock.fail("PutObject", caller="arn:aws:iam::*:user/ann", code="SlowDown")
    assert [put(ann), put(once)] == ["SlowDown", ""]
    mock.fail(caller="anonymous", code="InternalError")
    unsigned = mock.client(region_name="us-east-1", config=Config(signature_version=UNSIGNED).merge(NO_RETRIES))
    assert put(unsigned) == "InternalError"


def test_the_same_seed_fails_the_same_requests(mock: S3, once: S3Client) -> None:
    def run(**rule: Any) -> list[str]:
        with mock.fail(probability=0.5, code="SlowDown", **rule):
            return [put(once, str(number)) for number in range(40)]

    assert run() == run() != run(seed=1)
    assert 5 < run().count("SlowDown") < 35
    chosen = run(by_key=True)
    assert chosen == run(by_key=True) != run(by_key=True, seed=1)
    with mock.fail(probability=0.5, by_key=True, code="SlowDown"):
        assert [put(once, str(number)) for number in reversed(range(40))] == chosen[::-1]


def test_a_prefix_gets_no_more_than_its_rate_in_a_second(mock: S3, once: S3Client) -> None:
    mock.clock.freeze(datetime(2027, 1, 1, tzinfo=timezone.utc))
    with mock.fail(rate={"writes": 2, "reads": 1}):
        assert [put(once, f"logs/{number}") for number in range(4)] == ["", "", "SlowDown", "SlowDown"]
        assert put(once, "other/a") == ""
        once.get_object(Bucket="a-bucket", Key="logs/0")
        with pytest.raises(ClientError, match="SlowDown"):
            once.get_object(Bucket="a-bucket", Key="logs/0")
        mock.clock.advance(seconds=1)
        assert put(once, "logs/5") == ""
    assert mock.fail(rate="s3").rule.rate == {"reads": 5500, "writes": 3500}
    assert mock.fail(rate=7, code="InternalError").rule.rate == {"reads": 7, "writes": 7}


def test_a_rule_holds_for_a_time_by_the_clock(mock: S3, once: S3Client) -> None:
    mock.fail(start=10, end=20, code="SlowDown")
    codes = [put(once)]
    for _ in range(2):
        mock.clock.advance(seconds=11)
        codes.append(put(once))
    assert codes == ["", "SlowDown", ""]
    mock.faults.clear()
    mock.fail(end=mock.clock.now() + timedelta(days=1), code="SlowDown")
    mock.fail(start="2031-01-01", end="2031-01-02T00:00:00Z", code="InternalError")
    codes = [put(once)]
    mock.clock.advance(days=2)
    codes.append(put(once))
    mock.clock.travel(datetime(2031, 1, 1, 12))  # noqa: DTZ001 - the clock takes it as UTC
    codes.append(put(once))
    assert codes == ["SlowDown", "", "InternalError"]


def test_a_rule_fires_so_often_within_a_time(mock: S3, once: S3Client) -> None:
    mock.clock.freeze()
    mock.fail(code="SlowDown", times=2, within=60)
    codes = [put(once) for _ in range(3)]
    mock.clock.advance(seconds=59)
    codes.append(put(once))
    mock.clock.advance(seconds=2)
    codes += [put(once) for _ in range(3)]
    assert codes == ["SlowDown", "SlowDown", "", "", "SlowDown", "SlowDown", ""]


def test_an_error_ends_a_stream_of_events(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1,2\n")
    for events in range(3):
        with mock.fail("SelectObjectContent", code="InternalError", in_stream=events):
            response: Any = s3.select_object_content(
                Bucket=bucket,
                Key="a",
                ExpressionType="SQL",
                Expression="SELECT * FROM S3Object",
                InputSerialization={"CSV": {}},
                OutputSerialization={"CSV": {}},
            )
            seen: list[Any] = []
            with pytest.raises(EventStreamError, match="InternalError"):  # noqa: PT012
                for event in response["Payload"]:
                    seen.append(event)  # noqa: PERF402
        assert len(seen) == events


def test_the_first_rule_that_is_due_decides_and_latencies_add_up(mock: S3, once: S3Client) -> None:
    mock.fail("PutObject", code="SlowDown", times=1)
    mock.fail("Put*", code="InternalError")
    mock.fail(latency=2)
    mock.fail(latency=3)
    before = mock.clock.offset
    assert [put(once), put(once)] == ["SlowDown", "InternalError"]
    assert mock.clock.offset - before == pytest.approx(10)
    assert [fired.effect for fired in mock.faults] == ["SlowDown", "latency", "latency", "InternalError"] + [
        "latency"
    ] * 2


@pytest.mark.parametrize("code", ["SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout"])
def test_an_error_is_s3s(mock: S3, bucket: str, code: str) -> None:
    mock.fail("GetObject", code=code)
    response = ask(mock.cloud, "GET", f"/{bucket}/a")
    assert ("Connection" in response.headers) == (code in CLOSED)
    assert (code in REASONS) == (code == "SlowDown")
    assert f"<Code>{code}</Code>" in text_of(response)
    assert mock.faults[0].effect == code


def test_an_error_has_its_fields(mock: S3, once: S3Client) -> None:
    mock.fail("GetObject", code="NoSuchKey", times=1)
    mock.fail("GetObject", code="NoSuchKey", fields={"Key": "other"}, message="gone", status=410)
    for key, message, status in ("a", "The specified key does not exist.", 404), ("other", "gone", 410):
        with pytest.raises(ClientError) as raised:
            once.get_object(Bucket="a-bucket", Key="a")
        error: Any = raised.value.response
        assert error["Error"] == {"Code": "NoSuchKey", "Message": message, "Key": key}
        assert error["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_code_of_another_store_needs_its_status_and_message(mock: S3, once: S3Client) -> None:
    mock.fail(code="XStoreIsCold", status=503, message="Warm it up.")
    assert put(once) == "XStoreIsCold"


def test_an_error_comes_before_all_others_or_after_the_work(mock: S3, once: S3Client) -> None:
    mock.fail(bucket="missing", code="SlowDown")
    with pytest.raises(ClientError, match="SlowDown"):
        once.get_object(Bucket="missing", Key="a")
    mock.fail("PutObject", key="b", code="InternalError", after=True)
    assert put(once, "b") == "InternalError"
    assert once.get_object(Bucket="a-bucket", Key="b")["Body"].read() == b"bytes"


def test_an_error_inside_a_200_is_a_500_to_botocore(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"bytes")
    source = f"{bucket}/a"
    with mock.fail("CopyObject", code="InternalError", in_200=True, times=1) as rule:
        s3.copy_object(Bucket=bucket, Key="b", CopySource=source)
    assert [fired.attempt for fired in rule.fired] == [1]
    assert str(rule.fired[0]).endswith(f"CopyObject {bucket}/b  attempt 1  InternalError in a 200")
    upload: dict[str, Any] = {"Bucket": bucket, "Key": "c"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    mock.fail(["UploadPartCopy", "CompleteMultipartUpload"], code="SlowDown", in_200=True, sequence="fail pass fail")
    etag = s3.upload_part_copy(**upload, PartNumber=1, CopySource=source)["CopyPartResult"]["ETag"]
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    assert len(mock.faults) == 3
    response = ask(mock.cloud, "PUT", f"/{bucket}/d", x_amz_copy_source=source)
    assert response.status == 200
    mock.fail("CopyObject", code="InternalError", in_200=True)
    response = ask(mock.cloud, "PUT", f"/{bucket}/d", x_amz_copy_source=source)
    assert (response.status, "<Error><Code>InternalError</Code>" in text_of(response)) == (200, True)


def test_a_stale_redirect_is_followed(mock: S3) -> None:
    client = mock.client(region_name="eu-west-1")
    client.create_bucket(Bucket="photos", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    hosts: list[str] = []
    client.meta.events.register(
        "before-send.s3.PutObject", lambda request, **_: hosts.append(request.url.split("/")[2])
    )
    with mock.fail("PutObject", code="TemporaryRedirect", times=1):
        client.put_object(Bucket="photos", Key="a b", Body=b"bytes")
    assert hosts == ["photos.s3.eu-west-1.amazonaws.com"] * 2
    mock.fail(code="TemporaryRedirect", fields={"Endpoint": "photos.s3.eu-north-1.amazonaws.com"})
    response = ask(mock.cloud, "GET", "/photos/a%20b?versionId=null")
    assert (response.status, response.headers["Location"]) == (
        307,
        "https://photos.s3.eu-north-1.amazonaws.com/a%20b?versionId=null",
    )
    assert "<Endpoint>photos.s3.eu-north-1.amazonaws.com</Endpoint><Bucket>photos</Bucket>" in text_of(response)


def test_headers_are_replaced_and_removed(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"bytes", ContentType="text/plain")
    mock.fail("GetObject", set_headers={"etag": None, "content-type": "text/html", "X-New": "1"})
    headers = s3.get_object(Bucket=bucket, Key="a")["ResponseMetadata"]["HTTPHeaders"]
    assert "etag" not in headers
    assert (headers["content-type"], headers["x-new"]) == ("text/html", "1")


def test_a_reset_after_the_write_leaves_the_object(mock: S3, once: S3Client) -> None:
    mock.fail("PutObject", connection="reset", after=True)
    with pytest.raises(Exception, match="Connection was closed"):
        put(once)
    assert once.get_object(Bucket="a-bucket", Key="a")["Body"].read() == b"bytes"


@pytest.mark.parametrize("body", ["cut", "corrupt"])
@pytest.mark.parametrize(("at", "expected"), [(0, 0), (3, 3), (0.5, 5), (9, 9), (100, 10)])
def test_a_body_is_cut_or_corrupt_at_a_byte_or_a_fraction(body: Any, at: float, expected: int) -> None:
    with mock_s3() as mock:
        client = mock.client(region_name="us-east-1", config=Config(response_checksum_validation="when_required"))
        client.create_bucket(Bucket="photos")
        client.put_object(Bucket="photos", Key="a", Body=b"0123456789")
        mock.fail("GetObject", body=body, at=at)
        stream = client.get_object(Bucket="photos", Key="a")["Body"]
        got = stream._raw_stream.read(10)
        if body == "cut":
            assert got == b"0123456789"[:expected]
        else:
            assert [number for number in range(10) if got[number] != b"0123456789"[number]] == [min(expected, 9)]


def test_downloads_by_s3transfer_get_over_a_cut_body(mock: S3, s3: S3Client, bucket: str, tmp_path: Any) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"bytes" * 1000)
    with mock.fail("GetObject", body="cut", times=2) as cut:
        s3.download_file(bucket, "a", str(tmp_path / "a"))
    assert (tmp_path / "a").read_bytes() == b"bytes" * 1000
    assert len(cut.fired) == 2


def test_uploads_in_threads_meet_as_many_faults_as_there_are(mock: S3, s3: S3Client, bucket: str) -> None:
    config = boto3.s3.transfer.TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
    with mock.fail("UploadPart", code="SlowDown", times=2) as slow:
        s3.upload_fileobj(io.BytesIO(b"x" * (16 << 20)), bucket, "a", Config=config)
    assert len(slow.fired) == 2
    assert s3.head_object(Bucket=bucket, Key="a")["ContentLength"] == 16 << 20


def test_threads_share_a_number_of_times(mock: S3, once: S3Client) -> None:
    rule = mock.fail("PutObject", code="SlowDown", times=50)
    mock.fail("GetObject", latency=1)
    codes: list[str] = []
    threads = [threading.Thread(target=lambda: codes.extend(put(once) for _ in range(25))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count("SlowDown") == len(mock.faults) == len(rule.fired) == 50
    assert (rule.seen, repr(rule)) == (
        100,
        "<Fault {'operation': ['PutObject'], 'times': 50, 'code': 'SlowDown'}, fired 50 times>",
    )


def test_rules_are_no_state_but_reset_removes_them(mock: S3, once: S3Client) -> None:
    rule = mock.fail("PutObject", code="SlowDown")
    mock.cloud.restore(mock.cloud.snapshot())
    assert put(once) == "SlowDown"
    mock.reset()
    assert (mock.faults.rules, tuple(mock.faults)) == ((), ())
    rule.remove()
    once.create_bucket(Bucket="a-bucket")
    assert put(once) == ""


def test_rows_of_json_are_rules(mock: S3, once: S3Client) -> None:
    rows = [
        {"operation": ["PutObject"], "code": "SlowDown", "times": 1, "headers": {"x-amz-acl": "public-*"}},
        {"key": "b*", "connection": "reset", "at": 100, "probability": 0.5, "seed": 3},
        {"latency": {"uniform": [0.1, 0.2]}, "rate": {"reads": 5}, "code": "InternalError"},
        {"body": "slow", "pace": 10.5, "start": "2027-01-01T00:00:00+00:00", "wait": True},
    ]
    loaded = mock.faults.load(json.dumps(rows))
    assert [rule.rule.row() for rule in loaded] == mock.faults.rows() == json.loads(json.dumps(mock.faults.rows()))
    assert mock.faults.rows() == rows
    mock.faults.clear()
    with pytest.raises(ValueError, match="needs an effect"):
        mock.faults.load([{"code": "SlowDown"}, {}])
    assert mock.faults.rules == ()
    assert put(once) == ""


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"operation": "PutObjects", "code": "SlowDown"}, "no operation 'PutObjects'; did you mean PutObject"),
        ({"operation": "put_object", "code": "SlowDown"}, "did you mean PutObject"),
        ({"operation": "Frobnicate*", "code": "SlowDown"}, r"no operation 'Frobnicate\*'"),
        ({"code": "Slowdown"}, "no error 'Slowdown'; did you mean SlowDown"),
        ({"code": "Nonsense"}, "give its status and message"),
        ({"code": "NoSuchKey", "fields": {"Kay": "a"}}, "NoSuchKey has no field 'Kay'; did you mean Key"),
        ({}, "needs an effect"),
        ({"times": 2}, "needs an effect"),
        ({"code": "SlowDown", "connection": "reset"}, "cannot be code and connection"),
        ({"status": 503, "latency": 1}, "status belongs to an error of S3"),
        ({"operation": "GetObject", "code": "SlowDown", "in_200": True}, "only CompleteMultipartUpload, CopyObject"),
        ({"code": "SlowDown", "in_200": True}, "name one of them"),
        ({"operation": "CopyObject", "code": "SlowDown", "in_200": True, "status": 503}, "no status of its own"),
        ({"connection": "refused", "after": True}, "after=True needs"),
        ({"connection": "connect timeout", "after": True}, "after=True needs"),
        ({"body": "cut", "after": True}, "after=True needs"),
        ({"connection": "closed", "at": 0.5}, "at= needs"),
        ({"code": "SlowDown", "at": 0.5}, "at= needs"),
        ({"body": "slow"}, "needs pace="),
        ({"body": "cut", "pace": 5}, "pace= needs"),
        ({"operation": ["GetObject", "HeadObject"], "body": "cut"}, "HeadObject has no body"),
        ({"operation": "PutObject", "body": "corrupt"}, "PutObject has no body"),
        ({"operation": "ListBuckets", "body": "wrong checksum"}, "no checksum"),
        ({"code": "SlowDown", "nth": 1, "sequence": "fail"}, "nth and sequence contradict"),
        ({"code": "SlowDown", "rate": 1, "probability": 0.5}, "probability and rate contradict"),
        ({"code": "SlowDown", "repeat": True}, "needs a sequence"),
        ({"code": "SlowDown", "by_key": True}, "needs a probability"),
        ({"code": "SlowDown", "start": 10, "end": 5}, "ends before it starts"),
        ({"code": "SlowDown", "times": 0}, "times of a fault is 0, but should be a number from 1"),
        ({"code": "SlowDown", "times": True}, "times of a fault"),
        ({"code": "SlowDown", "within": 5}, "within= needs times="),
        ({"code": "SlowDown", "in_stream": 1}, "only SelectObjectContent"),
        ({"operation": "GetObject", "code": "SlowDown", "in_stream": 1}, "only SelectObjectContent"),
        ({"operation": "SelectObjectContent", "code": "SlowDown", "in_stream": 1, "after": True}, "neither in_200"),
        ({"operation": "SelectObjectContent", "code": "SlowDown", "in_stream": 1, "status": 503}, "no status"),
        ({"latency": 1, "in_stream": 1}, "in_stream belongs to an error"),
        ({"code": "SlowDown", "nth": []}, "nth of a fault"),
        ({"code": "SlowDown", "nth": 0}, "nth of a fault"),
        ({"code": "SlowDown", "probability": 1.1}, "from 0 to 1"),
        ({"code": "SlowDown", "sequence": "fail maybe"}, "sequence of a fault"),
        ({"code": "SlowDown", "status": 200}, "status of a fault"),
        ({"code": "SlowDown", "key": ""}, "key of a fault"),
        ({"code": "SlowDown", "rate": "s4"}, "rate of a fault"),
        ({"code": "SlowDown", "rate": {"deletes": 1}}, "rate of a fault"),
        ({"code": "SlowDown", "start": "yesterday"}, "start of a fault"),
        ({"code": "SlowDown", "in_200": 1}, "in_200 of a fault"),
        ({"connection": "broken"}, "one of refused, connect timeout, reset, closed, read timeout"),
        ({"body": "bad"}, "one of cut, corrupt, slow, wrong checksum"),
        ({"body": "slow", "pace": 0}, "pace of a fault"),
        ({"latency": -1}, "latency of a fault"),
        ({"latency": {"normal": [1]}}, "latency of a fault"),
        ({"latency": {"uniform": [2, 1]}}, "latency of a fault"),
        ({"latency": {"gamma": [2, 1]}}, r"'normal': \[mean, deviation\]"),
        ({"set_headers": {}}, "set_headers of a fault"),
    ],
    ids=str,
)
def test_a_rule_that_means_nothing_is_refused(mock: S3, rule: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        mock.fail(**rule)
    assert mock.faults.rules == ()


def test_an_unknown_keyword_is_refused(mock: S3) -> None:
    rule: Any = {"opperation": "PutObject", "code": "SlowDown"}
    with pytest.raises(TypeError, match="a fault has no 'opperation'; did you mean operation"):
        mock.faults.load([rule])


def test_the_keywords_have_types_and_parsers() -> None:
    assert {"operation", *fault.Keywords.__annotations__} == fault.PARSERS.keys() == {*fault.Rule._fields}
    assert {*fault.IN_A_SUCCESS, *fault.CHECKSUMMED} <= OPERATIONS.keys()


@pytest.mark.parametrize(
    ("latency", "expected"),
    [
        (2, 2.0),
        ({"uniform": [1, 3]}, 2.0),
        ({"normal": [2, 0.5]}, 2.5),
        ({"normal": [0, 0]}, 0.0),
        ({"lognormal": [2, 0]}, 2.0),
        ({"exponential": 2}, 1.386),
        ({"spikes": [0.1, 5, 0.6]}, 5.0),
        ({"spikes": [0.1, 5, 0.4]}, 0.1),
    ],
    ids=str,
)
def test_a_latency_is_drawn_from_its_distribution(latency: Any, expected: float) -> None:
    rule = fault.rule(OPERATIONS, {"latency": latency}, 0, lambda _: True)
    assert fault.latency_of(rule, lambda: 0.5, lambda: 1.0) == pytest.approx(expected, abs=1e-3)


def test_after_the_mock_nothing_can_be_made_to_fail() -> None:
    with mock_s3() as mock:
        pass
    with pytest.raises(RuntimeError, match="has ended"):
        mock.fail(code="SlowDown")


def test_a_rule_that_waits_makes_everything_wait(mock: S3, s3: S3Client, bucket: str) -> None:
    mock.fail("PutObject", code="InternalError", times=1)
    slept: list[float] = []
    with mock.fail("GetObject", latency=5, wait=True), pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "sleep", slept.append)
        before = mock.clock.offset
        s3.put_object(Bucket=bucket, Key="a")
        s3.get_object(Bucket=bucket, Key="a")
        assert mock.clock.offset == before
    assert len(slept) == 2
    assert slept[1] == 5


@pytest.fixture
def site(s3: S3Client, bucket: str) -> str:
    """The URL of a page of a bucket's website."""
    policy = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [policy]}))
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})
    s3.put_object(Bucket=bucket, Key="page.html", Body=b"0123456789")
    return f"http://{bucket}.s3-website-us-east-1.amazonaws.com/page.html"


@pytest.mark.parametrize("after", [False, True])
def test_a_visit_to_a_website_is_a_get_whose_error_is_a_page(site: str, mock: S3, after: bool) -> None:
    with mock.fail("GetObject", key="*.html", code="SlowDown", after=after, times=1) as fault:
        response = httpx.get(site)
        assert httpx.get(site).content == b"0123456789"
    assert (response.status_code, response.headers["x-amz-error-code"]) == (503, "SlowDown")
    assert response.text.startswith("<html>\n<head><title>503 ")
    assert [(fired.operation, fired.key) for fired in fault.fired] == [("GetObject", "page.html")]
    assert [(entry.status, entry.error) for entry in mock.requests[-2:]] == [(503, "SlowDown"), (200, None)]


def test_a_visit_to_a_website_meets_every_effect(site: str, mock: S3) -> None:
    with mock.fail("GetObject", connection="reset"), pytest.raises(httpx.ReadError):
        httpx.get(site)
    with mock.fail("GetObject", body="cut"), pytest.raises(httpx.RemoteProtocolError):
        httpx.get(site)
    with mock.fail(code="Mine", status=599, message="mine"):
        assert "<title>599</title>" in httpx.get(site).text


def test_a_preflight_is_no_operation(s3: S3Client, mock: S3, bucket: str) -> None:
    rule: Any = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    headers = {"Origin": "https://example.com", "Access-Control-Request-Method": "GET"}
    with mock.fail(code="SlowDown") as fault:
        assert httpx.options(f"https://{bucket}.s3.amazonaws.com/a", headers=headers).status_code == 200
        assert not fault.seen
        answer = httpx.get(f"https://{bucket}.s3.amazonaws.com/a", headers={"Origin": "https://example.com"})
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (503, "*")
