"""The state of an S3 as a value: buckets at the start, snapshots, forks, and the seed of a session."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from s3mock import S3MockServer, mock_s3
from s3mock.errors import S3Error
from tests.support.notifications import FUNCTION, notify, to
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

pytest_plugins = ["pytester"]


def body(s3: S3Client, bucket: str, key: str) -> bytes:
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def test_a_mock_begins_with_buckets_and_objects() -> None:
    with mock_s3(buckets={"photos": {"a.txt": "text", "b.jpg": b"\xff"}, "empty": {}}) as mock:
        s3 = mock.client(region_name="us-east-1")
        assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["empty", "photos"]
        assert (body(s3, "photos", "a.txt"), body(s3, "photos", "b.jpg")) == (b"text", b"\xff")
        assert s3.head_object(Bucket="photos", Key="b.jpg")["ContentType"] == "image/jpeg"
        assert mock.requests[0].operation == "ListBuckets"


def test_each_call_of_a_decorated_function_begins_with_the_buckets() -> None:
    @mock_s3(buckets="photos")
    def create_another() -> list[str]:
        import boto3  # noqa: PLC0415

        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="another")
        return [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]

    assert create_another() == create_another() == ["another", "photos"]


def test_buckets_are_created_in_the_region_that_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_s3(buckets="photos") as mock:
        assert mock.client().head_bucket(Bucket="photos")["BucketRegion"] == "eu-west-1"


def test_buckets_that_s3_refuses_end_the_mock_that_wanted_them() -> None:
    with pytest.raises(ValueError, match="cannot create No: InvalidBucketName"):
        mock_s3(buckets=["fine", "No"]).start()
    with mock_s3() as mock:
        assert mock.client().list_buckets()["Buckets"] == []


def test_buckets_of_a_nested_mock_are_added(mock: S3) -> None:
    with mock_s3(buckets="inner"):
        assert [bucket["Name"] for bucket in mock.client().list_buckets()["Buckets"]] == ["inner"]


def test_a_server_creates_buckets() -> None:
    with S3MockServer() as server:
        server.s3.create_buckets({"photos": {"a.txt": "text"}}, "eu-west-1")
        client = server.s3.client(region_name="eu-west-1")
        assert client.head_bucket(Bucket="photos")["BucketRegion"] == "eu-west-1"
        assert body(client, "photos", "a.txt") == b"text"


def test_a_snapshot_can_be_returned_to_again_and_again(s3: S3Client, bucket: str, mock: S3) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    credentials = mock.add_principal("ann", ())
    snapshot = mock.snapshot()
    assert repr(snapshot) == "<Snapshot of 1 buckets with 1 keys>"
    for _ in range(2):
        s3.put_object(Bucket=bucket, Key="a", Body=b"2")
        s3.put_object(Bucket=bucket, Key="b", Body=b"3")
        s3.create_bucket(Bucket="another")
        mock.remove_principal(credentials)
        mock.clock.advance(days=1)
        mock.restore(snapshot)
        assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["a"]
        assert body(s3, bucket, "a") == b"1"
        assert mock.clock.offset == 0
        with refused("NoSuchBucket", 404):
            s3.list_objects_v2(Bucket="another")
        mock.remove_principal(credentials)
        mock.restore(snapshot)


def test_a_snapshot_can_be_restored_in_another_s3() -> None:
    with mock_s3(buckets={"photos": {"a.txt": "text"}}) as mock:
        snapshot = mock.snapshot()
    with S3MockServer() as server:
        server.s3.restore(snapshot)
        assert body(server.s3.client(region_name="us-east-1"), "photos", "a.txt") == b"text"


def test_only_a_snapshot_is_restored(mock: S3) -> None:
    with pytest.raises(TypeError, match="restore takes a snapshot, the result of snapshot"):
        mock.restore(mock.cloud.store)  # type: ignore[arg-type]


def test_what_happens_in_a_fork_is_forgotten_at_its_end(s3: S3Client, bucket: str, mock: S3) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    with mock.fork() as fork:
        assert fork is mock
        s3.delete_object(Bucket=bucket, Key="a")
        with mock.fork():
            s3.delete_bucket(Bucket=bucket)
        assert "Contents" not in s3.list_objects_v2(Bucket=bucket)

    def fail() -> None:
        with mock.fork():
            s3.delete_object(Bucket=bucket, Key="a")
            body(s3, bucket, "a")

    with pytest.raises(ClientError, match="NoSuchKey"):
        fail()
    assert body(s3, bucket, "a") == b"1"


def test_work_and_events_of_a_fork_are_forgotten_too(s3: S3Client, bucket: str, mock: S3) -> None:
    notify(s3, bucket, to(FUNCTION, "s3:LifecycleExpiration:*"))
    rule: Any = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    for _ in range(2):
        with mock.fork():
            mock.clock.advance(days=3)
            assert [event.key for event in mock.events] == ["a"]
        assert mock.events == ()
        assert body(s3, bucket, "a") == b"1"


def test_requests_during_a_restore_are_whole(s3: S3Client, bucket: str, mock: S3) -> None:
    """Each of them sees one state: they fail with S3's errors at most."""
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    full, stop = mock.snapshot(), threading.Event()
    outcomes: set[bytes | str] = set()

    def read() -> None:
        while not stop.is_set():
            outcomes.add(seen())

    def seen() -> bytes | str:
        try:
            return body(s3, bucket, "a")
        except ClientError as error:
            return error.response["Error"]["Code"]

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(50):
        mock.reset()
        mock.restore(full)
    stop.set()
    for reader in readers:
        reader.join()
    assert b"1" in outcomes
    assert outcomes <= {b"1", "NoSuchBucket"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in {"a.txt": "one", "deep/er/b.csv.gz": "two", "empty": ""}.items():
        file = tmp_path / "folder" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return tmp_path / "folder"


def test_a_folder_becomes_objects_whose_files_are_read_when_they_are(mock: S3, folder: Path) -> None:
    mock.load_dir(folder, "data", "in/")
    s3 = mock.client(region_name="us-east-1")
    listed = {entry["Key"]: entry["Size"] for entry in s3.list_objects_v2(Bucket="data")["Contents"]}
    assert listed == {"in/a.txt": 3, "in/deep/er/b.csv.gz": 3, "in/empty": 0}
    reply = s3.get_object(Bucket="data", Key="in/deep/er/b.csv.gz", Range="bytes=1-")
    assert (reply["ContentType"], reply["ContentEncoding"], reply["Body"].read()) == ("text/csv", "gzip", b"wo")
    assert re.fullmatch(r'"[0-9a-f]{32}-1"', reply["ETag"])
    s3.copy_object(Bucket="data", Key="copy", CopySource="data/in/a.txt")
    (folder / "a.txt").write_text("longer")
    with pytest.raises(Exception, match=r"a\.txt has changed since load_dir"):
        s3.get_object(Bucket="data", Key="in/a.txt")["Body"].read()
    mock.load_dir(str(folder), "data", "in/")
    assert body(s3, "data", "in/a.txt") == b"longer"


def test_loading_a_folder_reads_no_file(mock: S3, folder: Path) -> None:
    (folder / "a.txt").chmod(0)
    mock.load_dir(folder, "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", lambda *_, **__: pytest.fail("a file was opened"))
        mock.load_dir(folder, "more")


def test_loaded_objects_are_as_the_bucket_wants_new_ones(s3: S3Client, bucket: str, mock: S3, folder: Path) -> None:
    notify(s3, bucket, to(FUNCTION, "s3:ObjectCreated:*"))
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    rule: Any = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    received: list[Any] = []
    mock.on_event(FUNCTION, lambda event: received.append(event["Records"][0]["s3"]["object"]["key"]))
    for _ in range(2):
        mock.load_dir(folder, bucket)
    assert len(s3.list_object_versions(Bucket=bucket)["Versions"]) == 6
    assert s3.head_object(Bucket=bucket, Key="a.txt")["ServerSideEncryption"] == "aws:kms"
    assert received[:3] == ["a.txt", "deep/er/b.csv.gz", "empty"]


def test_a_folder_that_is_none_is_refused(mock: S3, folder: Path) -> None:
    for path in ("nowhere", folder / "a.txt"):
        with pytest.raises(NotADirectoryError, match="is not a folder"):
            mock.load_dir(path, "data")
    with pytest.raises(S3Error, match="KeyTooLongError"):
        mock.load_dir(folder, "data", "x" * 1024)
    assert "Contents" not in mock.client(region_name="us-east-1").list_objects_v2(Bucket="data")


def test_objects_become_the_files_that_they_were(mock: S3, folder: Path, tmp_path: Path) -> None:
    mock.load_dir(folder, "data", "in/")
    s3 = mock.client(region_name="us-east-1")
    s3.put_object(Bucket="data", Key="in/kept/", Body=b"")
    s3.put_object(Bucket="data", Key="other", Body=b"x")
    assert mock.dump_dir(tmp_path / "out", "data", "in/") == 4
    files = {path.relative_to(tmp_path / "out").as_posix(): path for path in (tmp_path / "out").rglob("*")}
    assert {name: path.read_text() for name, path in files.items() if path.is_file()} == {
        "a.txt": "one",
        "deep/er/b.csv.gz": "two",
        "empty": "",
    }
    assert files["kept"].is_dir()
    with pytest.raises(FileExistsError, match="is not an empty folder"):
        mock.dump_dir(tmp_path / "out", "data")
    with pytest.raises(S3Error, match="NoSuchBucket"):
        mock.dump_dir(tmp_path / "new", "nothing")


@pytest.mark.parametrize("keys", [["../a"], ["/a"], ["a//b"], ["a/./b"], ["a", "a/b"], ["a/"], ["a/b/..", "b"]])
def test_keys_that_cannot_be_files_are_refused_before_anything_is_written(
    s3: S3Client, bucket: str, mock: S3, tmp_path: Path, keys: list[str]
) -> None:
    s3.put_object(Bucket=bucket, Key="0", Body=b"0")
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    with pytest.raises(ValueError, match=r"cannot (both )?be (a file|files|the path)"):
        mock.dump_dir(tmp_path / "out", bucket)
    assert not (tmp_path / "out").exists()


SEED = """
import pytest

calls = []

@pytest.fixture(scope="session")
def s3mock_seed():
    def seed(s3):
        calls.append(s3.settings.bucket_defaults)
        s3.create_buckets({"data": {"a.csv": "1,2"}})
    return seed
"""

SEEDED = """
import pytest

@pytest.mark.parametrize("again", range(3))
def test_each_test_begins_with_the_seed(s3_client, again):
    assert s3_client.get_object(Bucket="data", Key="a.csv")["Body"].read() == b"1,2"
    s3_client.delete_object(Bucket="data", Key="a.csv")
    s3_client.delete_bucket(Bucket="data")

@pytest.mark.s3mock(bucket_defaults="current", buckets="more")
def test_other_settings_have_a_seed_of_their_own(s3_client):
    assert [b["Name"] for b in s3_client.list_buckets()["Buckets"]] == ["data", "more"]
    assert s3_client.get_bucket_ownership_controls(Bucket="data")

def test_the_seed_was_made_once_for_each(s3_client):
    import conftest
    assert conftest.calls == ["classic", "current"]
    assert [b["Name"] for b in s3_client.list_buckets()["Buckets"]] == ["data"]
"""


def test_a_seed_is_made_once_and_each_test_begins_with_it(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(SEED)
    pytester.makepyfile(SEEDED)
    pytester.runpytest_subprocess("-p", "no:randomly", "-q").assert_outcomes(passed=5)
