"""The control object says how clients outside the process connect, and starts a server for them when it is asked."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import Any

import duckdb
import polars as pl
import pytest
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


def test_polars_reads_and_writes(s3: Any) -> None:
    options = s3.polars_storage_options()
    frame = pl.read_csv("s3://data/a.csv", storage_options=options)
    assert frame["y"].to_list() == [2, 4]
    frame.write_parquet("s3://data/a.parquet", storage_options=options)
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
