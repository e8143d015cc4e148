"""The pytest plugin, tried as a user's suite would use it."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

SUITE = """
import boto3, pytest

def test_the_fixtures_share_one_s3(s3mock, s3_client, s3_resource, s3_bucket):
    s3_client.put_object(Bucket=s3_bucket, Key="a", Body=b"hello")
    assert [o.key for o in s3_resource.Bucket(s3_bucket).objects.all()] == ["a"]
    assert s3mock.client().list_buckets()["Buckets"][0]["Name"] == s3_bucket

def test_each_test_begins_with_an_empty_s3(s3_client):
    assert s3_client.list_buckets()["Buckets"] == []

def test_the_factory_makes_buckets(s3_client, s3_bucket_factory):
    named = s3_bucket_factory("photos", {"a.txt": "text", "b": b"bytes"}, versioned=True)
    assert named == "photos" and s3_bucket_factory() != s3_bucket_factory()
    text = s3_client.get_object(Bucket="photos", Key="a.txt")
    assert (text["Body"].read(), text["ContentType"]) == (b"text", "text/plain")
    assert s3_client.get_bucket_versioning(Bucket="photos")["Status"] == "Enabled"

@pytest.mark.s3mock(buckets={"data": {"a.csv": b"1,2"}}, account_id="111122223333")
def test_the_marker_alone_starts_the_mock():
    assert boto3.client("s3").get_object(Bucket="data", Key="a.csv")["Body"].read() == b"1,2"

@pytest.mark.s3mock(bucket_defaults="current")
class TestClass:
    def test_a_class_has_settings(self, s3_client, s3_bucket):
        assert s3_client.get_bucket_ownership_controls(Bucket=s3_bucket)

    @pytest.mark.s3mock(buckets=["one", "two"], bucket_defaults="classic")
    def test_the_closest_marker_wins(self, s3_client):
        assert [b["Name"] for b in s3_client.list_buckets()["Buckets"]] == ["one", "two"]
        with pytest.raises(s3_client.exceptions.ClientError):
            s3_client.get_bucket_ownership_controls(Bucket="one")

def test_the_server_has_the_same_store(s3_client, s3_bucket, s3mock_server):
    import urllib.request
    s3_client.put_object(Bucket=s3_bucket, Key="a", Body=b"hello")
    url = s3mock_server.s3.client().generate_presigned_url("get_object", Params={"Bucket": s3_bucket, "Key": "a"})
    assert url.startswith("http://127.0.0.1:") and urllib.request.urlopen(url).read() == b"hello"

def test_credentials_are_in_the_environment(aws_credentials):
    assert boto3.client("sts", **aws_credentials).meta.region_name == "us-east-1"
"""


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove what the machine may have of AWS."""
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.usefixtures("offline")
def test_a_suite_uses_fixtures_and_the_marker_in_random_order_in_two_processes(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    pytester.runpytest_subprocess("-n", "2").assert_outcomes(passed=8)


OTHER_STYLES = """
import boto3, httpx, pytest, unittest

@pytest.fixture
def s3_bucket(s3_client):
    s3_client.create_bucket(Bucket="mine")
    return "mine"

def test_a_fixture_of_the_user_replaces_ours(s3_bucket):
    assert s3_bucket == "mine"

@pytest.mark.s3mock(buckets="data")
class Test(unittest.TestCase):
    def test_unittest_takes_the_marker(self):
        assert boto3.client("s3").list_objects_v2(Bucket="data")["KeyCount"] == 0

async def read(s3_client):
    url = s3_client.generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "a"})
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).content

@pytest.mark.asyncio
@pytest.mark.s3mock(buckets={"data": {"a": b"hello"}})
async def test_pytest_asyncio_sees_the_mock(s3_client):
    assert await read(s3_client) == b"hello"

@pytest.mark.anyio
@pytest.mark.s3mock(buckets={"data": {"a": b"hello"}})
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_anyio_sees_the_mock(s3_client, anyio_backend):
    assert await read(s3_client) == b"hello"
"""


@pytest.mark.usefixtures("offline")
def test_overriding_unittest_asyncio_and_anyio_work(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(OTHER_STYLES)
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=5)


def test_a_marker_with_an_unknown_setting_is_an_error_that_names_the_settings(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import pytest\n@pytest.mark.s3mock(bucket_default=1)\ndef test_a(): pass")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*there is no setting 'bucket_default'; did you mean bucket_defaults*"])


IN_A_PROCESS = """
import pytest
from s3mock import mock_s3

@pytest.mark.parametrize("number", range(2))
def test_a_process_has_an_empty_s3(s3mock_process, number):
    client = s3mock_process.s3.client(region_name="us-east-1")
    assert client.list_buckets()["Buckets"] == []
    client.create_bucket(Bucket="photos")
    with pytest.raises(RuntimeError, match="in its own process"):
        s3mock_process.cloud

def test_it_goes_without_the_mock(s3mock_process, s3_client): pass

@pytest.mark.s3mock
def test_it_goes_without_the_marker(s3mock_process): pass
"""


@pytest.mark.usefixtures("offline")
def test_a_server_in_a_process_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(IN_A_PROCESS)
    result = pytester.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(["*s3mock_process has an S3 of its own: a test uses either it or s3mock*"] * 2)


def test_every_test_in_a_process_begins_with_the_seed(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
import pytest

@pytest.fixture(scope="session")
def s3mock_seed():
    return lambda s3: s3.create_buckets({"data": {"a": "1"}})
"""
    )
    pytester.makepyfile(
        """
import pytest

@pytest.mark.parametrize("number", range(2))
def test_it(s3mock_process, number):
    client = s3mock_process.s3.client(region_name="us-east-1")
    assert client.get_object(Bucket="data", Key="a")["Body"].read() == b"1"
    client.delete_object(Bucket="data", Key="a")
"""
    )
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=2)


BEFORE_FIXTURES = """
import boto3, pytest

@pytest.mark.s3mock(buckets={"data": {}})
class TestReports:
    @pytest.fixture(autouse=True)
    def filled(self):
        boto3.client("s3").put_object(Bucket="data", Key="a", Body=b"1")

    def setup_method(self):
        self.names = [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]

    def test_no_fixture(self):
        assert self.names == ["data"]

    def test_the_mock_itself(self, tmp_path, s3mock):
        assert self.names == ["data"]

    def test_a_fixture_that_uses_it(self, s3_bucket):
        assert self.names == ["data"]
"""


@pytest.mark.usefixtures("offline")
def test_a_marked_test_is_set_up_inside_the_mock_whatever_fixtures_it_names(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(BEFORE_FIXTURES)
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=3)


BLOCKED = """
import boto3, botocore.exceptions, pytest, s3mock, urllib.request

KEYS = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}

@pytest.mark.parametrize("service, call", [("s3", "list_buckets"), ("sqs", "list_queues")])
def test_boto3_is_refused_without_a_mock(service, call):
    with pytest.raises(s3mock.RealCallError, match="s3mock_block_aws is set"):
        getattr(boto3.client(service, **KEYS), call)()

def test_a_client_without_credentials_is_made_and_works_in_a_mock(monkeypatch):
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "PROFILE", "EC2_METADATA_DISABLED"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    client = boto3.session.Session().client("s3", region_name="us-east-1")
    with pytest.raises(botocore.exceptions.NoCredentialsError):
        client.list_buckets()
    with s3mock.mock_s3():
        assert client.list_buckets()["Buckets"] == []

def test_other_clients_are_refused_without_a_mock():
    with pytest.raises(s3mock.RealCallError, match="s3mock_block_aws is set"):
        urllib.request.urlopen("https://photos.s3.amazonaws.com/a")

def test_the_mock_works(s3_client, s3_bucket, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    url = s3_client.generate_presigned_url("list_objects_v2", Params={"Bucket": s3_bucket})
    assert urllib.request.urlopen(url.replace("https:", "http:")).status == 200
    with pytest.raises(s3mock.RealCallError):
        boto3.client("sqs").list_queues()

def test_moto_works():
    moto = pytest.importorskip("moto")
    with moto.mock_aws():
        assert boto3.client("sqs", **KEYS).list_queues()
"""


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("by", ["ini", "option"])
def test_a_run_can_forbid_aws_everywhere(pytester: pytest.Pytester, by: str) -> None:
    pytester.makepyfile(BLOCKED)
    if by == "ini":
        pytester.makeini("[pytest]\ns3mock_block_aws = true")
    options = ["--s3mock-block-aws"] if by == "option" else []
    pytester.runpytest_subprocess("-p", "no:socket", *options).assert_outcomes(passed=6)


def test_an_unused_plugin_imports_neither_boto3_nor_the_mock() -> None:
    code = "import sys, pytest, s3mock.pytest_plugin; print([m for m in ('boto3', 's3mock.mock') if m in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed == "[]\n"


FAILING = """
import boto3, pytest
from s3mock import S3MockServer, mock_s3

@mock_s3
def test_decorated():
    client = boto3.client("s3")
    client.create_bucket(Bucket="decorated")
    client.head_object(Bucket="decorated", Key="a")

def test_fixtures(s3_client, s3_bucket):
    s3_client.put_object(Bucket=s3_bucket, Key="a")
    assert False

def test_two_mocks():
    for name in "one", "two":
        with mock_s3() as s3:
            s3.client().create_bucket(Bucket=f"mock-{name}")
    with S3MockServer() as server:
        server.s3.client().create_bucket(Bucket="served")
    assert False

def test_that_passes(s3_client):
    s3_client.create_bucket(Bucket="passed")

def test_that_calls_nothing(s3_client):
    assert False
"""


def test_the_report_of_a_failed_test_has_its_requests(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    file = pytester.makepyfile(FAILING).name
    result = pytester.runpytest_subprocess("-p", "no:randomly", "-n", "2", "--dist", "load")
    result.assert_outcomes(passed=1, failed=4)
    text = result.stdout.str()
    assert text.count("- s3mock call -") == 3
    result.stdout.re_match_lines_random(
        [
            rf"  HeadObject +decorated/a +404 NoSuchKey +boto3 +{file}:8",
            rf"  PutObject +test-bucket-1/a +200 +boto3 +{file}:11",
            r"3 requests",
            rf"  CreateBucket +mock-one +200 +boto3 +{file}:17",
            rf"  CreateBucket +mock-two +200 +boto3 +{file}:17",
            r"  CreateBucket +served +200 +boto3",
        ]
    )
    assert "passed  " not in text


BUDGETS = """
import pytest

@pytest.mark.s3mock(budget=2)
def test_within(s3_client, s3_bucket_factory):
    s3_client.put_object(Bucket="data", Key="a")
    s3_client.put_object(Bucket="data", Key="a")

@pytest.fixture(autouse=True)
def data(s3_bucket_factory):
    s3_bucket_factory("data", dict.fromkeys("abcdefgh", b""))

@pytest.mark.s3mock(budget=1)
def test_over(s3_client):
    s3_client.put_object(Bucket="data", Key="a")
    s3_client.put_object(Bucket="data", Key="a")

@pytest.mark.s3mock(budget={"HeadObject": 0})
class TestClass:
    def test_over_by_an_operation(self, s3_client):
        s3_client.put_object(Bucket="data", Key="a")
        s3_client.head_object(Bucket="data", Key="a")

    @pytest.mark.s3mock(budget=3)
    def test_the_closest_budget_wins(self, s3_client):
        s3_client.head_object(Bucket="data", Key="a")

    @pytest.mark.s3mock(budget={"GetObjects": 1})
    def test_an_unknown_operation(self, s3_client):
        pass

def test_without_a_budget(s3_client):
    for _ in range(5):
        s3_client.list_buckets()
"""


@pytest.mark.usefixtures("offline")
def test_a_test_over_its_budget_fails_and_shows_its_requests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(BUDGETS)
    result = pytester.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(passed=3, failed=3, warnings=0)
    result.stdout.re_match_lines(
        [
            "over the budget of requests to S3",
            "all operations: expected at most once, was twice",
            "2 requests:",
            r"\+   PutObject +data/a .*",
            "HeadObject: expected never, was once",
            ".*did you mean GetObject.*",
        ]
    )


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(("by_option", "failed"), [(True, 3), (False, 4)])
def test_an_option_and_an_ini_value_give_all_tests_a_budget(
    pytester: pytest.Pytester, *, by_option: bool, failed: int
) -> None:
    pytester.makepyfile(BUDGETS)
    pytester.makeini("[pytest]\ns3mock_budget = many")
    refused = pytester.runpytest_subprocess()
    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    refused.stderr.fnmatch_lines(["*s3mock_budget is 'many', but should be a number of requests"])
    pytester.makeini("[pytest]\ns3mock_budget = 4")
    result = pytester.runpytest_subprocess("-p", "no:randomly", *(["--s3mock-budget=5"] if by_option else []))
    result.assert_outcomes(passed=6 - failed, failed=failed)
