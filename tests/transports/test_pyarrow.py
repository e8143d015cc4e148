"""pyarrow's file systems, and what stands on them, use the mock's store without being told so."""

from __future__ import annotations

import pickle
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.fs
import pytest
from pyarrow import dataset, orc, parquet

from s3mock import RealCallError, mock_s3
from s3mock.process.patches import Patches
from s3mock.settings import Settings
from s3mock.transports import in_process

TABLE = pa.table({"x": [1, 2, 3]})


@pytest.fixture
def client() -> Any:
    with mock_s3():
        client = boto3.client("s3", region_name="eu-west-1")
        client.create_bucket(Bucket="tables", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


def test_tables_are_written_and_read_by_uri(client: Any) -> None:
    parquet.write_table(TABLE, "s3://tables/a.parquet")
    assert parquet.read_table("s3://tables/a.parquet") == TABLE
    assert client.get_object(Bucket="tables", Key="a.parquet")["Body"].read(4) == b"PAR1"
    dataset.write_dataset(TABLE, "s3://tables/set", format="parquet")
    assert dataset.dataset("s3://tables/set").to_table() == TABLE
    with pyarrow.fs.S3FileSystem(region="eu-west-1").open_output_stream("tables/a.orc") as stream:
        orc.write_table(TABLE, stream)
    assert orc.read_table("s3://tables/a.orc") == TABLE


def test_errors_are_those_of_pyarrow(client: Any) -> None:
    with pytest.raises(FileNotFoundError, match="tables/none"):
        parquet.read_table("s3://tables/none")
    with pytest.raises(OSError, match="Bucket 'no-such-bucket' not found"):
        parquet.read_table("s3://no-such-bucket/a")
    with pytest.raises(TypeError, match="unexpected keyword"):
        pyarrow.fs.S3FileSystem(bucket="tables")


@pytest.mark.parametrize(
    "query",
    ["", "?region=eu-west-1", "?endpoint_override=s3.eu-west-1.amazonaws.com&region=eu-west-1", "?scheme=http"],
)
def test_a_uri_may_name_region_and_endpoint(client: Any, query: str) -> None:
    files, path = pyarrow.fs.FileSystem.from_uri(f"s3://tables/folder/c{query}")
    with files.open_output_stream(path) as stream:
        stream.write(b"x")
    assert client.get_object(Bucket="tables", Key="folder/c")["Body"].read() == b"x"
    assert files.region == pyarrow.fs.resolve_s3_region("tables") == "eu-west-1"


def test_the_keys_in_a_uri_are_the_callers(client: Any) -> None:
    client.put_object(Bucket="tables", Key="a", Body=b"private")
    files, path = pyarrow.fs.FileSystem.from_uri("s3://AKIABOB:se%2Fcret@tables/a")
    assert files.open_input_file(path).read() == b"private"
    anonymous = pyarrow.fs.S3FileSystem(anonymous=True, region="eu-west-1")
    with pytest.raises(OSError, match="ACCESS_DENIED"):
        anonymous.open_input_file("tables/a")


def test_the_classes_are_pyarrows_to_those_who_look(client: Any) -> None:
    files = pyarrow.fs.S3FileSystem(region="eu-west-1")
    copy = pickle.loads(pickle.dumps(files))
    assert isinstance(files, pyarrow.fs.S3FileSystem)
    assert isinstance(copy, pyarrow.fs.S3FileSystem)
    assert isinstance(pyarrow.fs.LocalFileSystem(), pyarrow.fs.FileSystem)
    assert issubclass(pyarrow.fs.S3FileSystem, pyarrow.fs.FileSystem)
    assert not isinstance(pyarrow.fs.LocalFileSystem(), pyarrow.fs.S3FileSystem)
    assert copy.get_file_info("tables").type == pyarrow.fs.FileType.Directory


def test_other_files_are_left_alone(client: Any, tmp_path: Any) -> None:
    local, path = pyarrow.fs.FileSystem.from_uri(tmp_path.as_uri())
    assert (local.type_name, path) == ("local", str(tmp_path))
    minio, _ = pyarrow.fs.FileSystem.from_uri("s3://a:b@bucket/x?endpoint_override=127.0.0.1:1&scheme=http&region=r")
    assert minio.__reduce__()[1][0]["endpoint_override"] == "127.0.0.1:1"


def test_a_class_that_is_kept_works_in_the_next_mock() -> None:
    with mock_s3():
        kept = pyarrow.fs.S3FileSystem
    assert pyarrow.fs.S3FileSystem is not kept
    assert kept(region="eu-west-1").__reduce__()[1][0]["endpoint_override"] == ""
    with mock_s3() as s3:
        s3.client(region_name="us-east-1").create_bucket(Bucket="second")
        assert kept().get_file_info("second").type == pyarrow.fs.FileType.Directory


def test_what_leaves_is_refused() -> None:
    with mock_s3(), pytest.raises(RealCallError, match=r"pyarrow to sqs\.us-east-1\.amazonaws\.com"):
        pyarrow.fs.S3FileSystem(endpoint_override="sqs.us-east-1.amazonaws.com")
    patches = Patches()
    in_process.forbid(patches, Settings(), "s3mock_block_aws is set")
    try:
        with pytest.raises(RealCallError, match=r"pyarrow to s3\.us-east-1\.amazonaws\.com .* s3mock_block_aws is set"):
            parquet.read_table("s3://tables/a")
        with mock_s3() as s3:
            s3.client(region_name="us-east-1").create_bucket(Bucket="tables")
            parquet.write_table(TABLE, "s3://tables/a")
        with pytest.raises(RealCallError, match="s3mock_block_aws is set"):
            pyarrow.fs.resolve_s3_region("tables")
    finally:
        patches.restore()


def test_passthrough_is_really_called() -> None:
    with mock_s3(passthrough=["s3.eu-west-1.amazonaws.com"]):
        real = pyarrow.fs.S3FileSystem(region="eu-west-1", access_key="AKIAREAL", secret_key="real")
        assert real.__reduce__()[1][0]["endpoint_override"] == ""
