"""The control object says how clients outside the process connect, and starts a server for them when it is asked."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from botocore.exceptions import SSLError
from pyarrow import parquet

from s3mock import S3MockServer, certificates, mock_s3
from s3mock.connections import region


def fill(s3: Any) -> None:
    s3.client(region_name="us-east-1").create_bucket(Bucket="data")
    s3.client(region_name="us-east-1").put_object(Bucket="data", Key="a.csv", Body=b"x,y\n1,2\n3,4\n")


@pytest.fixture(params=["mock", "server"])
def s3(request: pytest.FixtureRequest) -> Any:
    """The control object of a mock, and of a server, with an object."""
    if request.param == "mock":
        with mock_s3() as s3:
            fill(s3)
            yield s3
    else:
        with S3MockServer() as server:
            fill(server.s3)
            yield server.s3


def test_pyarrow_reads_and_writes(s3: Any) -> None:
    files = s3.pyarrow_filesystem()
    assert files.open_input_file("data/a.csv").read() == b"x,y\n1,2\n3,4\n"
    with files.open_output_stream("data/new") as stream:
        stream.write(b"new")
    assert s3.client().get_object(Bucket="data", Key="new")["Body"].read() == b"new"


def in_polars(s3: Any, code: str) -> str:
    """What polars prints in a process of its own: its threads stay, and one has crashed a run of all tests."""
    prelude = "import json, sys; import polars as pl; options = json.loads(sys.argv[1]);"
    options = json.dumps(s3.polars_storage_options())
    return subprocess.run(
        [sys.executable, "-c", prelude + code, options], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_polars_reads_and_writes(s3: Any) -> None:
    code = """
frame = pl.read_csv("s3://data/a.csv", storage_options=options)
print(frame["y"].to_list())
frame.write_parquet("s3://data/a.parquet", storage_options=options)
"""
    assert in_polars(s3, code) == "[2, 4]"
    table = parquet.read_table("data/a.parquet", filesystem=s3.pyarrow_filesystem())
    assert table.column("x").to_pylist() == [1, 3]


def test_duckdb_gets_a_secret(s3: Any) -> None:
    statement = s3.duckdb_secret_sql("mine")
    assert duckdb.extract_statements(statement)[0].type
    assert statement.startswith("CREATE OR REPLACE SECRET mine (TYPE s3, KEY_ID 'S3MOCKACCESSKEY', SECRET ")
    assert f"ENDPOINT '{s3.env()['AWS_ENDPOINT_URL_S3'].removeprefix('http://')}', URL_STYLE 'path', USE_SSL false" in (
        statement
    )


def test_clients_of_a_server_with_a_certificate_use_https() -> None:
    context, _ = certificates.make()
    with S3MockServer(tls=context) as server:
        assert server.s3.env()["AWS_ENDPOINT_URL_S3"].startswith("https://")
        assert "USE_SSL true" in server.s3.duckdb_secret_sql()
        _, (values,) = server.s3.pyarrow_filesystem().__reduce__()
        assert values["scheme"] == "https"


@pytest.fixture(params=[False, True], ids={False: "thread", True: "process"}.get)
def secure(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[S3MockServer]:
    """A server that speaks HTTPS, whose CA nobody but its control object knows."""
    (tmp_path / "ann's").mkdir()
    certificate, ca = certificates.make_files(tmp_path / "ann's")
    with S3MockServer(tls=certificate, ca=ca, process=request.param) as server:
        fill(server.s3)
        yield server


def test_clients_in_the_process_trust_the_ca_of_a_server(secure: S3MockServer) -> None:
    assert secure.s3.client().get_object(Bucket="data", Key="a.csv")["ContentLength"] == 12
    assert secure.s3.resource().Object("data", "a.csv").content_length == 12
    files = secure.s3.pyarrow_filesystem()
    assert files.open_input_file("data/a.csv").read() == b"x,y\n1,2\n3,4\n"
    code = 'print(pl.read_csv("s3://data/a.csv", storage_options=options)["y"].to_list())'
    assert in_polars(secure.s3, code) == "[2, 4]"
    with pytest.raises(SSLError):
        secure.s3.client(verify=True).list_buckets()


def test_a_child_process_trusts_the_ca_of_a_server(secure: S3MockServer, tmp_path: Path) -> None:
    code = """
import os, subprocess, sys, urllib.request
import boto3, httpx, requests
url = os.environ["AWS_ENDPOINT_URL_S3"] + "/_s3mock/health"
print(boto3.client("s3").head_object(Bucket="data", Key="a.csv")["ContentLength"])
print(requests.get(url).status_code, httpx.get(url).status_code, urllib.request.urlopen(url).status)
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | secure.s3.env()
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=tmp_path)
    assert printed.stdout == "12\n200 200 200\n"


def test_options_name_the_ca_of_a_server(secure: S3MockServer, tmp_path: Path) -> None:
    ca = str(tmp_path / "ann's" / "s3mock-ca.pem")
    assert secure.s3.storage_options()["client_kwargs"] == {"verify": ca}
    setting, secret = duckdb.extract_statements(secure.s3.duckdb_secret_sql())
    assert setting.query == f"SET ca_cert_file = '{tmp_path}/ann''s/s3mock-ca.pem';"
    assert secret.query.strip().startswith("CREATE OR REPLACE SECRET s3mock (")


def test_a_ca_without_a_certificate_is_refused() -> None:
    with pytest.raises(ValueError, match="give tls, too"):
        S3MockServer(ca="ca.pem")


def test_a_child_process_gets_its_environment(s3: Any) -> None:
    code = "import boto3; print(boto3.client('s3').get_object(Bucket='data', Key='a.csv')['Body'].read())"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | s3.env()
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert printed.stdout == "b'x,y\\n1,2\\n3,4\\n'\n"


def test_a_mock_has_one_server_which_stops_with_it() -> None:
    with mock_s3() as s3:
        url = s3.env()["AWS_ENDPOINT_URL_S3"]
        assert s3.polars_storage_options()["aws_endpoint_url"] == url
        assert "endpoint_url" not in s3.storage_options()
    for use in (s3.env, s3.storage_options, s3.polars_storage_options, s3.duckdb_secret_sql, s3.pyarrow_filesystem):
        with pytest.raises(RuntimeError, match="has ended"):
            use()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])))


def test_the_region_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    assert region() == "eu-west-3"
    with mock_s3() as s3:
        assert s3.storage_options()["client_kwargs"] == {"region_name": "eu-west-3"}
