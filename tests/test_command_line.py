"""``s3mock`` and ``python -m s3mock``: a server in its own process."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3
import pytest
import trustme

from s3mock import initial
from s3mock.__main__ import main
from s3mock.server import S3MockServer

COMMAND = [str(Path(sys.executable).with_name("s3mock"))]
MODULE = [sys.executable, "-m", "s3mock"]


@contextmanager
def serving(*options: str, command: list[str] = COMMAND, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """A process that serves S3; afterwards it has to end well."""
    environment = {**os.environ, **variables}
    with subprocess.Popen(
        [*command, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            yield process
            process.terminate()
            assert process.wait(10) == 0
        finally:
            process.kill()


def address_of(process: subprocess.Popen[str]) -> str:
    """The address, which is the last word of the first line."""
    assert process.stdout is not None
    return process.stdout.readline().split()[-1]


def client_at(address: str) -> Any:
    return boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="AKID", aws_secret_access_key="secret"
    )


@pytest.mark.parametrize("command", [COMMAND, MODULE], ids=["s3mock", "python -m s3mock"])
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_the_command_line_serves_until_it_is_stopped(command: list[str], end: signal.Signals) -> None:
    with serving(command=command) as process:
        with urlopen(address_of(process)) as reply:
            assert b"ListAllMyBucketsResult" in reply.read()
        process.send_signal(end)


def test_two_signals_at_once_stop_it_as_well() -> None:
    with serving() as process:
        address_of(process)
        process.send_signal(signal.SIGINT)
        process.terminate()
        assert process.wait(10) == 0


def test_a_signal_stops_it_within_a_second_whatever_its_clients_do() -> None:
    with serving() as process:
        port = int(address_of(process).rpartition(":")[2])
        idle, half = (socket.create_connection(("127.0.0.1", port), timeout=5) for _ in range(2))
        with idle, half:
            half.sendall(b"PUT /photos/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nsome")
            with urlopen(f"http://127.0.0.1:{port}/_s3mock/health") as reply:
                assert reply.status == 200
            begun = time.perf_counter()
            process.terminate()
            assert process.wait(10) == 0
            assert time.perf_counter() - begun < 3  # a second, on a machine that does other things as well


def test_settings_are_options() -> None:
    with serving("--bucket-defaults", "2023-04") as process:
        client = client_at(address_of(process))
        client.create_bucket(Bucket="photos")
        (rule,) = client.get_bucket_ownership_controls(Bucket="photos")["OwnershipControls"]["Rules"]
        assert rule == {"ObjectOwnership": "BucketOwnerEnforced"}
        client.put_object(Bucket="photos", Key="a", SSECustomerAlgorithm="AES256", SSECustomerKey="k" * 32)


def test_buckets_come_from_options_variables_and_a_folder(tmp_path: Path) -> None:
    (tmp_path / "site" / "img").mkdir(parents=True)
    (tmp_path / "site" / "index.html").write_text("<p>", "utf-8")
    (tmp_path / "site" / "img" / "é +.png").write_bytes(b"png")
    (tmp_path / "README").write_text("beside the buckets", "utf-8")
    options = ["--bucket", "a-1,b-1", "--bucket", "c-1", "--init", str(tmp_path), "--region", "eu-west-1"]
    with serving(*options, S3MOCK_BUCKETS="d-1", MINIO_DEFAULT_BUCKETS="e-1 f-1") as process:
        client = client_at(address_of(process))
        names = [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
        assert names == ["a-1", "b-1", "c-1", "d-1", "e-1", "f-1", "site"]
        assert client.get_bucket_location(Bucket="site")["LocationConstraint"] == "eu-west-1"
        page, image = (client.get_object(Bucket="site", Key=key) for key in ("index.html", "img/é +.png"))
        assert (page["ContentType"], page["Body"].read()) == ("text/html", b"<p>")
        assert (image["ContentType"], image["Body"].read()) == ("image/png", b"png")


def test_it_speaks_tls_with_a_certificate_that_is_made_or_given(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "given-ca.pem")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "certificate.pem")
    for options, file in (
        (["--tls", "--tls-ca", str(tmp_path / "made-ca.pem")], "made-ca.pem"),
        (["--tls", str(tmp_path / "both.pem")], "given-ca.pem"),
        (["--tls", str(tmp_path / "certificate.pem"), "--tls-key", str(tmp_path / "key.pem")], "given-ca.pem"),
    ):
        with serving(*options) as process:
            address = address_of(process)
            assert address.startswith("https://127.0.0.1:")
            trusting = ssl.create_default_context(cafile=str(tmp_path / file))
            with urlopen(f"{address}/_s3mock/health", context=trusting) as reply:
                assert reply.status == 200


def test_a_certificate_that_is_made_names_the_buckets_at_the_start(tmp_path: Path) -> None:
    ca = str(tmp_path / "ca.pem")
    with serving("--tls", "--tls-ca", ca, "--bucket", "photos,my.videos") as process:
        port = int(address_of(process).rpartition(":")[2])
        trusting = ssl.create_default_context(cafile=ca)
        for host in ("photos.localhost", "my.videos.localhost", "photos.s3-website.localhost"):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                trusting.wrap_socket(connection, server_hostname=host).close()


def test_it_says_what_to_install_for_a_certificate(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(SystemExit):
        main(["--port", "0", "--tls"])
    message = "s3mock: error: a new certificate needs trustme: pip install 's3mock[tls]'\n"
    assert capsys.readouterr().err == message


def test_requests_are_logged_on_demand() -> None:
    with serving("--log") as process:
        address = address_of(process)
        for path in ("/_s3mock/state", "/?x-id=ListBuckets"):
            urlopen(f"{address}{path}").close()
        urlopen(f"{address}/_s3mock/reset", data=b"").close()
        assert process.stderr is not None
        assert process.stderr.readline().endswith(f" 127.0.0.1 GET {address}/?x-id=ListBuckets 200\n")
        assert process.stderr.readline().endswith(f" 127.0.0.1 POST {address}/_s3mock/reset 200\n")


@pytest.mark.parametrize(("options", "printed"), [([], "S3 is at http://127.0.0.1:"), (["--quiet"], "")])
def test_the_address_is_not_printed_on_demand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], options: list[str], printed: str
) -> None:
    monkeypatch.setattr(signal, "signal", lambda number, handler: handler(number, None))  # it is stopped at once
    main(["--port", "0", *options])
    text = capsys.readouterr().out
    assert text.startswith(printed)
    assert text.count("\n") == bool(printed)


@pytest.mark.parametrize("text", ["one,two", "one, two", "one,,two,", "one,two,one"])
@pytest.mark.parametrize("variable", initial.VARIABLES)
def test_variables_name_buckets(monkeypatch: pytest.MonkeyPatch, variable: str, text: str) -> None:
    monkeypatch.setenv(variable, text)
    assert initial.buckets_of_environment() == ("one", "two")


@pytest.mark.parametrize("text", ["one two", "one;two", " one;two, "])
def test_the_variable_of_minio_has_several_separators(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MINIO_DEFAULT_BUCKETS", text)
    assert initial.buckets_of_environment() == ("one", "two")


@pytest.mark.parametrize(
    ("options", "variables", "message"),
    [
        (["--port", "{used}"], {}, "cannot listen on port {used} of 127.0.0.1"),
        (["--port", "99999"], {}, "argument --port/-p: '99999' is not a port, which is a number from 0 to 65535"),
        (["--port", "-1"], {}, "argument --port/-p: '-1' is not a port, which is a number from 0 to 65535"),
        (["--host", "256.0.0.1"], {}, "cannot listen on port 0 of 256.0.0.1"),
        (["--unknown"], {}, "unrecognized arguments: --unknown"),
        (["--bucket", "abc,No"], {}, "cannot create No: InvalidBucketName"),
        (["--bucket", "photos/a"], {}, "cannot create photos/a: InvalidBucketName"),
        (["--bucket", "photos", "--region", "mars"], {}, "cannot create photos: InvalidLocationConstraint"),
        (["--init", "/does/not/exist"], {}, "/does/not/exist is not a folder with a subfolder for each bucket"),
        (["--tls", "/does/not/exist"], {}, "the certificate in /does/not/exist: No such file or directory"),
        (["--tls", "pyproject.toml"], {}, "the certificate in pyproject.toml: [SSL]"),
        (["--tls-ca", "ca.pem"], {}, "--tls without a file"),
        (["--data-dir", "pyproject.toml"], {}, "pyproject.toml to keep data in: it is not a folder"),
        (["--tls-key", "key.pem"], {}, "--tls-key needs the certificate it belongs to"),
        (["--tls", "--tls-key", "key.pem"], {}, "--tls-key needs the certificate it belongs to"),
        (
            [],
            {"MINIO_DEFAULT_BUCKETS": "photos:public"},
            "MINIO_DEFAULT_BUCKETS is 'photos:public', but should be names of buckets: policies are not supported",
        ),
        (["--account-id", "12"], {}, "account_id is '12', but should be the 12 digits of an account"),
        (
            ["--bucket-defaults", "2024-13"],
            {},
            "bucket_defaults is '2024-13', but should be 'classic', 'current', or a",
        ),
        (
            [],
            {"S3MOCK_BUCKET_DEFAULTS": "9999"},
            "S3MOCK_BUCKET_DEFAULTS is '9999', but should be 'classic', 'current'",
        ),
        ([], {"S3MOCK_ACCOUNT_ID": "12"}, "S3MOCK_ACCOUNT_ID is '12', but should be the 12 digits of an account"),
    ],
)
def test_the_command_line_says_in_one_line_why_it_cannot_serve(
    server: S3MockServer,
    options: list[str],
    variables: dict[str, str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as end:
        main(["--port", "0", *(option.format(used=server.port) for option in options)])
    assert end.value.code == 2
    error = capsys.readouterr().err
    assert error.startswith("s3mock: error: ")
    assert message.format(used=server.port) in error
    assert error.count("\n") == 1
