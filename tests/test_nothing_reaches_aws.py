"""While a mock is active, no call reaches AWS, whenever its client was created and whatever the environment is."""

from __future__ import annotations

import copy
import json
import os
import socket
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.credentials import DeferredRefreshableCredentials, InstanceMetadataFetcher, RefreshableCredentials
from botocore.exceptions import ClientError, MetadataRetrievalError, NoCredentialsError
from botocore.utils import ContainerMetadataFetcher

from s3mock import mock_s3
from s3mock.process.credentials import ACCESS_KEY, SECRET_KEY
from s3mock.process.real_calls import AWS_DOMAINS, RealCallError, is_aws

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLES = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "S3MOCK_PASSTHROUGH",
    "S3MOCK_ALLOW_SERVICES",
    "S3MOCK_CUSTOM_ENDPOINTS",
    "MOTO_S3_CUSTOM_ENDPOINTS",
]

REAL = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "real", "AWS_SESSION_TOKEN": "real"}


@pytest.fixture(autouse=True)
def connections(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[list[str]]:
    """Remove credentials and region, and block connections to other machines; yields the blocked hosts."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")  # for clients that are created while no mock is active
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    connect = socket.socket.connect
    elsewhere: list[str] = []

    def guarded(self: socket.socket, address: Any) -> None:
        if address[0] != "127.0.0.1":
            elsewhere.append(address[0])
            raise ConnectionRefusedError
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield elsewhere
    assert elsewhere == []


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server that is not AWS: its URL, and the headers of the requests that reached it."""
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def response(self) -> None:
            seen.append({name.lower(): value for name, value in self.headers.items()})
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            content = b'{"TableNames": ["elsewhere"]}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_HEAD = do_POST = do_GET = do_PUT = response  # noqa: N815 - http.server's names

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


def signed_with(client: Any) -> str:
    """The access key that a client's requests are signed with."""
    seen: list[str] = []

    def look(request: Any, **_: Any) -> None:
        seen.append(request.headers.get("Authorization", b"").decode())

    client.meta.events.register_first("before-send.s3.ListBuckets", look)
    client.list_buckets()
    return seen[-1].partition("Credential=")[2].partition("/")[0]


def works(client: Any) -> bool:
    client.create_bucket(Bucket="photos")
    client.put_object(Bucket="photos", Key="a", Body=b"hello")
    return bool(client.get_object(Bucket="photos", Key="a")["Body"].read() == b"hello")


def test_a_client_made_before_the_mock_without_credentials_or_region_works() -> None:
    client = boto3.client("s3")
    with mock_s3():
        assert works(client)
        assert signed_with(client) == ACCESS_KEY
        assert ACCESS_KEY in client.generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": "a"})
        assert client.generate_presigned_post("photos", "b")["fields"]["AWSAccessKeyId"] == ACCESS_KEY
    with pytest.raises(NoCredentialsError):
        client.list_buckets()


@pytest.mark.parametrize(
    "keywords",
    [
        {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "real"},
        {"config": Config(s3={"addressing_style": "path"})},
        {"config": Config(use_dualstack_endpoint=True), "region_name": "us-east-1"},
        {"config": Config(signature_version="s3")},
        *({"use_ssl": False}, {"endpoint_url": "http://localhost:4566"}),
        {"endpoint_url": "https://minio.internal.example:9000", "region_name": "us-east-1"},
    ],
)
def test_every_s3_client_uses_the_mock(keywords: dict[str, Any]) -> None:
    client = boto3.client("s3", **keywords)
    with mock_s3():
        assert works(client)
        assert works(boto3.client("s3", **keywords))


def test_an_unsigned_client_uses_the_mock() -> None:
    with mock_s3(), pytest.raises(ClientError, match="AccessDenied"):
        boto3.client("s3", config=Config(signature_version=UNSIGNED)).create_bucket(Bucket="mine")


def test_a_copy_of_a_client_works() -> None:
    client = boto3.client("s3")
    copied = object.__new__(type(client))  # copy.copy(client) recurses for ever
    vars(copied).update(vars(client))
    with mock_s3():
        assert works(copied)


@pytest.mark.parametrize("copied", [False, True])
def test_a_resource_made_before_the_mock_works(copied: bool) -> None:
    photos = boto3.resource("s3").Bucket("photos")
    photos = copy.copy(photos) if copied else photos
    with mock_s3():
        photos.create()
        photos.put_object(Key="a", Body=b"hello")
        assert [item.key for item in photos.objects.all()] == ["a"]


def test_a_client_made_in_another_thread_and_one_of_plain_botocore_work() -> None:
    made: list[Any] = [botocore.session.Session().create_client("s3")]
    thread = threading.Thread(target=lambda: made.append(boto3.session.Session().client("s3")))
    thread.start()
    thread.join()
    with mock_s3():
        assert all(works(client) for client in made)


# Credentials


@pytest.mark.parametrize("deferred", [False, True])
def test_refreshable_credentials_do_not_refresh(deferred: bool) -> None:
    def refresh() -> Any:
        raise AssertionError("refreshed")

    session = botocore.session.Session()
    expired = datetime.now(timezone.utc) - timedelta(hours=1)
    session._credentials = (  # type: ignore[attr-defined]
        DeferredRefreshableCredentials(refresh, "assume-role")
        if deferred
        else RefreshableCredentials("ASIAIOSFODNN7EXAMPLE", "real", "real", expired, refresh, "assume-role")
    )
    client = session.create_client("s3")
    with mock_s3():
        assert works(client)
        assert signed_with(client) == ACCESS_KEY


def test_instance_metadata_is_refused(monkeypatch: pytest.MonkeyPatch, connections: list[str]) -> None:
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    fetcher = InstanceMetadataFetcher(timeout=1, num_attempts=1)
    assert fetcher.retrieve_iam_role_credentials() == {}
    assert set(connections) == {"169.254.169.254"}
    connections.clear()
    with mock_s3():
        assert fetcher.retrieve_iam_role_credentials() == {}


def test_container_metadata_is_refused_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile bare]\noutput = json\n")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.2/credentials")

    def sleep(_: float) -> None:
        raise AssertionError("waits to try again")

    with mock_s3():
        with pytest.raises(MetadataRetrievalError, match="s3mock is active"):
            ContainerMetadataFetcher(sleep=sleep).retrieve_full_uri("http://169.254.170.2/credentials")
        session = boto3.session.Session(profile_name="bare")
        assert session.get_credentials() is None
        assert works(session.client("s3"))


@pytest.mark.parametrize(
    ("before", "during"),
    [
        ({}, {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}),
        (REAL, {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}),
        ({"AWS_ACCESS_KEY_ID": "111122223333"}, {"AWS_SECRET_ACCESS_KEY": SECRET_KEY}),
        ({"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_SESSION_TOKEN": "testing"}, {}),
        ({"AWS_DEFAULT_REGION": "eu-west-1"}, {"AWS_REGION": "eu-west-1"}),
        ({"AWS_REGION": "eu-west-1"}, {"AWS_DEFAULT_REGION": "eu-west-1"}),
        ({"AWS_DEFAULT_REGION": "eu-west-1", "AWS_REGION": "eu-west-2"}, {}),
        ({}, {"AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1"}),
    ],
)
def test_missing_or_real_credential_variables_are_replaced_and_restored(
    before: dict[str, str], during: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in before.items():
        monkeypatch.setenv(name, value)
    environment = dict(os.environ)
    with mock_s3():
        assert {name: os.environ[name] for name in during} == during
        assert {name: os.environ[name] for name in before if name not in during and before is not REAL} == {
            name: value for name, value in before.items() if name not in during and before is not REAL
        }
        assert "real" not in {os.environ.get(name) for name in VARIABLES}
    assert dict(os.environ) == environment


def test_a_key_listed_in_accounts_is_kept_even_if_it_looks_real(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in REAL.items():
        monkeypatch.setenv(name, value)
    with mock_s3(accounts={"AKIAIOSFODNN7EXAMPLE": "111122223333"}) as s3:
        assert signed_with(s3.client()) == "AKIAIOSFODNN7EXAMPLE"


def test_a_variable_changed_inside_the_mock_is_not_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "")
    with mock_s3():
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    assert os.environ["AWS_DEFAULT_REGION"] == "eu-west-1"


def test_the_default_session_is_replaced_and_restored() -> None:
    boto3.setup_default_session(region_name="eu-west-1")
    session = boto3.DEFAULT_SESSION
    assert session is not None
    with mock_s3():
        assert boto3.client("s3").meta.region_name == "us-east-1"
        assert boto3.DEFAULT_SESSION is not session
    assert boto3.DEFAULT_SESSION is session


# The environment and ~/.aws


def test_a_missing_profile_is_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nothing")
    with mock_s3() as s3:
        assert works(s3.client())
    assert os.environ["AWS_PROFILE"] == "nothing"


def test_a_profile_provides_its_region_and_its_key_unless_it_looks_real(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("[profile work]\nregion = eu-west-3\n[profile home]\nregion = eu-west-1\n")
    keys = "aws_access_key_id = {}\naws_secret_access_key = any\n"
    (tmp_path / "credentials").write_text(
        "[work]\n" + keys.format("AKIAIOSFODNN7EXAMPLE") + "[home]\n" + keys.format("111122223333")
    )
    for profile, region, key in (("work", "eu-west-3", ACCESS_KEY), ("home", "eu-west-1", "111122223333")):
        monkeypatch.setenv("AWS_PROFILE", profile)
        with mock_s3() as s3:
            client = s3.client()
            assert client.meta.region_name == region
            assert signed_with(client) == key


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_an_endpoint_from_the_environment_is_ignored_unless_listed(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "http://localhost:4566/")
    with mock_s3() as s3:
        assert "amazonaws.com" in s3.client().meta.endpoint_url
        assert works(s3.client())
        assert boto3.client("sqs").meta.endpoint_url == (
            "http://localhost:4566/" if variable == "AWS_ENDPOINT_URL" else "https://sqs.us-east-1.amazonaws.com"
        )
    with mock_s3(custom_endpoints="http://localhost:4566") as s3:
        assert s3.client().meta.endpoint_url == "http://localhost:4566/"
        assert works(s3.client())
    assert boto3.client("s3").meta.endpoint_url == "http://localhost:4566/"


# The calls that leave the process


@pytest.mark.parametrize(
    ("service", "call", "name"),
    [
        ("sqs", "list_queues", "sqs"),
        ("cloudwatch", "list_metrics", "monitoring"),
        ("sts", "get_caller_identity", "sts"),
    ],
)
def test_the_error_for_a_call_to_another_service_names_it_and_how_to_allow_it(
    service: Any, call: str, name: str
) -> None:
    early = boto3.client(service, "us-east-1", aws_access_key_id="any", aws_secret_access_key="any")
    with mock_s3():
        for client in (early, boto3.client(service)):
            with pytest.raises(RealCallError, match=rf"'{name}'.*allow_services=\['{name}'\].*S3MOCK_ALLOW_SERVICES"):
                getattr(client, call)()


def test_s3_control_is_another_service() -> None:
    with mock_s3(), pytest.raises(RealCallError, match="'s3-control'"):
        boto3.client("s3control").list_jobs(AccountId="123456789012")


@pytest.mark.parametrize("allowed", ["sqs", "*", "sns,sqs"])
def test_a_service_that_is_allowed_is_really_called(allowed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []

    def send(_: object, request: Any) -> None:
        sent.append(request)
        raise ZeroDivisionError

    monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", send)
    with mock_s3(), pytest.raises(RealCallError):
        boto3.client("sqs").list_queues()
    monkeypatch.setenv("S3MOCK_ALLOW_SERVICES", allowed)
    with mock_s3(), pytest.raises(ZeroDivisionError):
        boto3.client("sqs").list_queues()
    assert len(sent) == 1


def test_other_services_outside_of_aws_are_called(endpoint: tuple[str, list[dict[str, str]]]) -> None:
    with mock_s3():
        dynamodb = boto3.client("dynamodb", endpoint_url=endpoint[0])
        assert dynamodb.list_tables()["TableNames"] == ["elsewhere"]
    assert len(endpoint[1]) == 1


def test_an_endpoint_in_passthrough_is_called_with_explicit_credentials_only(
    endpoint: tuple[str, list[dict[str, str]]],
) -> None:
    url, seen = endpoint
    early = boto3.client("s3", endpoint_url=url)
    explicit = boto3.client("s3", endpoint_url=url, aws_access_key_id="minio", aws_secret_access_key="minio123")
    anonymous = boto3.client("s3", endpoint_url=url, config=Config(signature_version=UNSIGNED))
    with mock_s3(passthrough=[url]) as s3:
        for client in (early, s3.client(endpoint_url=url)):
            with pytest.raises(RealCallError, match=r"listed in passthrough.*aws_access_key_id"):
                client.head_bucket(Bucket="photos")
        assert seen == []
        explicit.head_bucket(Bucket="photos")
        anonymous.head_bucket(Bucket="photos")
        assert ["Credential=minio/" in headers.get("authorization", "") for headers in seen] == [True, False]
        assert works(s3.client())
    assert len(seen) == 2


def test_the_domains_are_those_that_botocore_knows() -> None:
    path = Path(botocore.session.__file__).parent / "data" / "partitions.json"
    outputs = [partition["outputs"] for partition in json.loads(path.read_text())["partitions"]]
    for output in outputs:
        assert is_aws("sqs.region." + output["dnsSuffix"])
        assert is_aws("sqs.region." + output["dualStackDnsSuffix"] + ":443")
    assert not any(map(is_aws, ["localhost:8000", "amazonaws.com.example.org", "myamazonaws.com", "127.0.0.1"]))
    assert len(set(AWS_DOMAINS)) == len(AWS_DOMAINS)
