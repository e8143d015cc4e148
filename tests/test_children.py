"""A shared mock: other processes find it in their environment, and forks reach it through their parent's server."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import multiprocessing
import os
import re
import socket
import subprocess
import sys
import threading
import urllib.request
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import boto3
import httpx
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from s3mock import mock_s3
from s3mock.process.environment import ENDPOINT, NOT_SHARED
from tests.support.children import client, double, in_fork

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock import S3

pytest_plugins = ["pytester"]

METHODS = [method for method in ("fork", "spawn", "forkserver") if method in multiprocessing.get_all_start_methods()]
SCRIPT = """
import json, multiprocessing, os
from s3mock import mock_s3

def variables():
    return [os.environ.get("AWS_ENDPOINT_URL_S3"), os.environ.get("AWS_ACCESS_KEY_ID")]

def of_child():
    with multiprocessing.get_context({method!r}).Pool(1) as pool:
        return pool.apply(variables)

if __name__ == "__main__":
    before = of_child() if {first_outside} else variables()
    with mock_s3(share={share}):
        expected, during = variables(), of_child()
    print(json.dumps([before, expected, during, of_child()]))
"""
"""The environment of this process and of a child before, during and after a mock."""

forks = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")


@pytest.fixture
def shared() -> Iterator[S3]:
    """A shared mock with the object "a" in the bucket "data"."""
    with mock_s3(share=True) as s3:
        fill(s3)
        yield s3


def fill(s3: S3) -> None:
    s3.client().create_bucket(Bucket="data")
    s3.client().put_object(Bucket="data", Key="a", Body=b"body")


def content(s3: S3, key: str = "a") -> bytes:
    body: bytes = s3.client().get_object(Bucket="data", Key=key)["Body"].read()
    return body


def run(*command: str, **environment: str) -> str:
    """The output of a command."""
    return subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | environment
    ).stdout.strip()


def python(code: str) -> str:
    """The output of another Python."""
    return run(sys.executable, "-c", code)


# How processes attach


@pytest.mark.parametrize("method", METHODS)
def test_workers_of_a_pool_share_the_store(method: str) -> None:
    for _ in range(2):  # the second finds a fork server that is there already
        with mock_s3(share=True) as s3, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: a process with threads forks
            fill(s3)
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as pool:
                assert list(pool.map(double, ["a", "a"])) == [b"body", b"bodybody"]
            assert content(s3) == b"body" * 4


@pytest.mark.parametrize("method", [method for method in METHODS if method != "fork"])
def test_workers_that_live_longer_than_a_mock_find_the_next_one(method: str) -> None:
    with mock_s3(share=True) as first:
        fill(first)
        pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method))
        assert pool.submit(double, "a").result() == b"body"
    with pool, mock_s3(share=True) as second:
        fill(second)
        assert pool.submit(double, "a").result() == b"body"
        assert content(second) == b"bodybody"


def test_another_python_shares_the_store(shared: S3) -> None:
    assert python("from tests.support.children import double; print(double('a'))") == "b'body'"
    assert content(shared) == b"bodybody"


def test_the_aws_command_line_shares_the_store(shared: S3, tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"b" * 9_000_000)
    assert run(sys.executable, "-m", "awscli", "s3", "ls", "s3://data").endswith("4 a")
    run(sys.executable, "-m", "awscli", "s3", "cp", "--quiet", str(tmp_path / "b"), "s3://data/")
    assert content(shared, "b") == b"b" * 9_000_000


def test_polars_shares_the_store_where_it_reads_the_variable(shared: S3) -> None:
    shared.client().put_object(Bucket="data", Key="a.csv", Body=b"x\n1\n2\n")
    assert python("import polars; print(polars.read_csv('s3://data/a.csv')['x'].sum())") == "3"


def test_workers_of_xdist_share_a_mock_of_their_parent(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import boto3, pytest
        from s3mock import mock_s3

        def pytest_configure(config):
            if not hasattr(config, "workerinput"):
                mock = mock_s3(share=True)
                mock.start().client().create_bucket(Bucket="data")
                config.add_cleanup(mock.stop)
        """
    )
    pytester.makepyfile(
        """
        import boto3

        def test_shared():
            assert [b["Name"] for b in boto3.client("s3").list_buckets()["Buckets"]] == ["data"]

        def test_a_mock_in_a_worker_is_its_own(s3_client):
            assert s3_client.list_buckets()["Buckets"] == []
        """
    )
    pytester.runpytest_subprocess("-n", "1", "-p", "no:randomly").assert_outcomes(passed=2)


def test_a_mock_in_a_child_is_its_own_and_shares_itself(shared: S3) -> None:
    code = """
import json, os, boto3
from s3mock import mock_s3
from s3mock.process.environment import ENDPOINT
seen = [os.environ[ENDPOINT]]
with mock_s3() as s3:
    seen += [os.environ[ENDPOINT], s3.client().meta.endpoint_url, s3.client().list_buckets()["Buckets"]]
with mock_s3(share=True) as s3:
    seen.append(os.environ[ENDPOINT])
print(json.dumps([*seen, os.environ[ENDPOINT]]))
"""
    before, unshared, endpoint, buckets, of_child, after = json.loads(python(code))
    assert before == after == shared.env()[ENDPOINT]
    assert (unshared, endpoint, buckets) == (NOT_SHARED, "https://s3.amazonaws.com", [])
    assert of_child not in (before, NOT_SHARED)


@pytest.mark.parametrize("method", [method for method in METHODS if method != "fork"])
@pytest.mark.parametrize("share", [False, True])
@pytest.mark.parametrize("first_outside", [False, True], ids=["first pool inside", "first pool outside"])
def test_children_have_the_environment_of_the_moment(
    method: str, share: bool, first_outside: bool, tmp_path: Path
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(method=method, share=share, first_outside=first_outside))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SECRET_ACCESS_KEY": "real"}
    printed = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True, env=environment
    ).stdout
    before, expected, during, after = json.loads(printed)
    assert before == after == [None, "AKIAREAL"]
    assert during == expected
    assert expected[1] == "S3MOCKACCESSKEY"


# Forks: all clients of the process as in the parent


def boto3_in_fork() -> None:
    s3 = client()
    assert s3.meta.endpoint_url == "https://s3.amazonaws.com"
    s3.create_bucket(Bucket="more", ObjectLockEnabledForBucket=True)
    with pytest.raises(ClientError, match="NoSuchKey") as caught:
        s3.get_object(Bucket="data", Key="none")
    error: Any = caught.value.response["Error"]
    assert error["Key"] == "none"
    assert s3.head_object(Bucket="data", Key="a")["ContentLength"] == 4
    assert s3.delete_object(Bucket="data", Key="a")["ResponseMetadata"]["HTTPStatusCode"] == 204
    s3.put_object(Bucket="data", Key="ä ?", Metadata={"a_b": "c"}, Body=io.BytesIO(b"x" * 3_000_000))
    body = s3.get_object(Bucket="data", Key="ä ?")["Body"]
    assert body.read(5) == b"xxxxx"
    assert hashlib.sha256(b"xxxxx" + body.read()).digest() == hashlib.sha256(b"x" * 3_000_000).digest()
    s3.upload_fileobj(io.BytesIO(b"y" * 20_000_000), "data", "large")
    assert s3.head_object(Bucket="data", Key="large")["ETag"].endswith('-3"')


def regions_in_fork() -> None:
    west = boto3.client("s3", region_name="eu-west-1", config=Config(s3={"addressing_style": "virtual"}))
    west.create_bucket(Bucket="west", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert west.meta.endpoint_url == "https://s3.eu-west-1.amazonaws.com"
    website = {"IndexDocument": {"Suffix": "index.html"}}
    west.put_bucket_website(Bucket="west", WebsiteConfiguration=website)  # type: ignore[arg-type]
    west.put_object(Bucket="west", Key="index.html", Body=b"page", ACL="public-read")
    page = requests.get("http://west.s3-website-eu-west-1.amazonaws.com/", timeout=5)
    assert page.content == b"page"


def schemes_in_fork() -> None:
    s3 = client()
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::data/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket="data", Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    url = s3.generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "a"})
    assert requests.get(url, timeout=5).content == b"body"
    assert requests.get(url.replace("https:", "http:"), timeout=5).status_code == 403


def others_in_fork() -> None:
    s3 = client()
    get = s3.generate_presigned_url("get_object", Params={"Bucket": "data", "Key": "a"})
    put = s3.generate_presigned_url("put_object", Params={"Bucket": "data", "Key": "b"})
    assert httpx.put(put, content=b"httpx").status_code == 200
    assert s3.get_object(Bucket="data", Key="b")["Body"].read() == b"httpx"
    assert requests.put(put, data=iter([b"no", b"length"]), timeout=5).status_code == 501
    with urllib.request.urlopen(get) as response:
        assert response.read() == b"body"

    async def fetch() -> bytes:
        # The URL does not sign the Content-Type that aiohttp adds.
        async with (
            aiohttp.ClientSession(skip_auto_headers=["Content-Type"]) as session,
            session.put(put, data=b"aio") as stored,
        ):
            assert stored.status == 200
            async with httpx.AsyncClient() as other:
                return (await other.get(get)).content

    assert asyncio.run(fetch()) == b"body"
    assert s3.get_object(Bucket="data", Key="b")["Body"].read() == b"aio"


def selecting_in_fork() -> None:
    found = client().select_object_content(
        Bucket="data",
        Key="a.csv",
        ExpressionType="SQL",
        Expression="SELECT s._1 FROM S3Object s",
        InputSerialization={"CSV": {}},
        OutputSerialization={"CSV": {}},
    )
    assert b"".join(event["Records"]["Payload"] for event in found["Payload"] if "Records" in event) == b"1\n3\n"


@forks
@pytest.mark.parametrize("child", [boto3_in_fork, regions_in_fork, schemes_in_fork, others_in_fork, selecting_in_fork])
def test_clients_in_a_fork_are_as_in_the_parent(shared: S3, child: Any) -> None:
    shared.client().put_object(Bucket="data", Key="a.csv", Body=b"1,2\n3,4\n")
    assert in_fork(child) == 0


@forks
def test_what_a_fork_writes_is_there_in_the_parent_and_in_its_own_children(shared: S3) -> None:
    made_before = shared.client()

    def child() -> None:
        made_before.put_object(Bucket="data", Key="b", Body=b"fork")
        assert in_fork(lambda: made_before.put_object(Bucket="data", Key="c", Body=b"fork of fork")) == 0
        assert python("from tests.support.children import double; print(double('b'))") == "b'fork'"
        with mock_s3() as nested:
            nested.client().put_object(Bucket="data", Key="d", Body=b"nested")

    assert in_fork(child) == 0
    assert [content(shared, key) for key in "bcd"] == [b"forkfork", b"fork of fork", b"nested"]


@forks
def test_the_control_object_works_in_the_parent_only(shared: S3) -> None:
    def child() -> None:
        for use in (shared.reset, lambda: shared.clock.advance(days=1), lambda: shared.events):
            with pytest.raises(RuntimeError, match="the control object works there only"):
                use()
        assert shared.resource().Bucket("data").Object("a").content_length == 4
        assert shared.env()[ENDPOINT] == os.environ[ENDPOINT]

    assert in_fork(child) == 0
    assert content(shared) == b"body"


@forks
def test_a_fork_that_outlives_the_mock_is_told_so() -> None:
    here, there = socket.socketpair()
    status: list[int] = []

    def child() -> None:
        there.send(b"x")
        there.recv(1)
        with pytest.raises(RuntimeError, match="has ended: this process is a fork of one that held it"):
            client().list_buckets()

    with mock_s3(share=True):
        thread = threading.Thread(target=lambda: status.append(in_fork(child)))
        thread.start()
        here.recv(1)
    here.send(b"x")
    thread.join()
    here.close()
    there.close()
    assert status == [0]


@forks
def test_a_fork_can_stop_the_shared_mock_for_itself() -> None:
    mock = mock_s3(share=True)
    before = os.environ.get(ENDPOINT)
    s3 = mock.start()

    def child() -> None:
        mock.stop()
        assert os.environ.get(ENDPOINT) == before
        assert client().meta.endpoint_url == "https://s3.amazonaws.com"

    assert in_fork(child) == 0
    fill(s3)
    assert python("from tests.support.children import double; print(double('a'))") == "b'body'"
    mock.stop()


# Beginning and end


def endpoint() -> str | None:
    return os.environ.get(ENDPOINT)


def is_served(url: str) -> bool:
    try:
        return requests.get(f"{url}/_s3mock/health", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def test_the_environment_is_restored_and_the_server_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "example.com")
    monkeypatch.delenv("no_proxy", raising=False)
    before = dict(os.environ)
    mock = mock_s3(share=True)
    mock.start()
    url = endpoint()
    assert url is not None
    assert is_served(url)
    assert os.environ["NO_PROXY"] == os.environ["no_proxy"] == "example.com,127.0.0.1"
    assert os.environ["AWS_ALLOW_HTTP"] == "true"
    mock.stop()
    assert not is_served(url)
    assert dict(os.environ) == before


def test_without_a_proxy_its_variables_stay_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    with mock_s3(share=True):
        assert "NO_PROXY" not in os.environ


def test_an_inner_mock_shares_that_of_all_while_it_lasts() -> None:
    with mock_s3() as outer:
        assert endpoint() == NOT_SHARED
        with mock_s3(share=True) as inner:
            assert inner is outer
            url = endpoint()
            with mock_s3(share=True), mock_s3():
                assert endpoint() == url
            assert endpoint() == url
            fill(outer)
            assert python("from tests.support.children import double; print(double('a'))") == "b'body'"
        assert endpoint() == NOT_SHARED
        with mock_s3(share=True):
            assert endpoint() == url
    assert endpoint() != NOT_SHARED


def test_holders_may_stop_in_any_order() -> None:
    before = endpoint()
    first, second = mock_s3(share=True), mock_s3()
    first.start()
    second.start()
    first.stop()
    assert endpoint() == NOT_SHARED
    second.stop()
    assert endpoint() == before


def test_an_exception_ends_sharing() -> None:
    before = endpoint()
    with pytest.raises(ZeroDivisionError), mock_s3(share=True):
        _ = 1 / 0
    assert endpoint() == before


def test_threads_share_one_server() -> None:
    barrier = threading.Barrier(8)
    urls: list[str | None] = []

    def hold() -> None:
        with mock_s3(share=True):
            barrier.wait()
            urls.append(endpoint())
            barrier.wait()

    before = endpoint()
    threads = [threading.Thread(target=hold) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(urls) == 8
    assert len(set(urls)) == 1
    assert endpoint() == before


def test_decorated_functions_coroutines_and_classes_can_share() -> None:
    share = mock_s3(share=True)
    before = endpoint()

    @share
    def function() -> str | None:
        return endpoint()

    @share
    async def coroutine() -> str | None:
        return endpoint()

    @share
    class Class:
        def method(self) -> str | None:
            return endpoint()

    urls = {function(), asyncio.run(coroutine()), Class().method()}
    assert len(urls) == 1
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", str(urls.pop()))
    assert endpoint() == before


def test_another_port_is_taken_where_someone_has_the_last_one() -> None:
    with mock_s3(share=True):
        first = endpoint()
    with socket.create_server(("127.0.0.1", int(str(first).rpartition(":")[2]))), mock_s3(share=True):
        second = endpoint()
        assert second != first
        assert is_served(str(second))


@pytest.mark.parametrize(
    "error", [OSError(98, "Address already in use"), RuntimeError("no sockets in tests")], ids=repr
)
def test_a_mock_that_cannot_listen_is_not_started(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def bind(*_: Any) -> None:
        raise error

    before = dict(os.environ)
    monkeypatch.setattr("s3mock.server.Server", bind)
    with pytest.raises(type(error)):
        mock_s3(share=True).start()
    assert dict(os.environ) == before
    with mock_s3() as s3:
        with pytest.raises(type(error)):
            mock_s3(share=True).start()
        assert s3.client().list_buckets()["Buckets"] == []


def test_the_marker_shares(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import subprocess, sys, pytest

        @pytest.mark.s3mock(share=True, buckets=["data"])
        def test_shared():
            code = "import boto3; print(boto3.client('s3').list_buckets()['Buckets'][0]['Name'])"
            assert subprocess.check_output([sys.executable, "-c", code], text=True) == "data\\n"
        """
    )
    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=1)
