"""The state of an S3 as a value: buckets at the start, snapshots, forks, and the seed of a session."""

from __future__ import annotations

import contextlib
import hashlib
import re
import sqlite3
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from s3mock import S3MockServer, initial, mock_s3
from s3mock.backend import synthetic
from s3mock.errors import S3Error
from s3mock.transports import adapter
from tests.support.notifications import FUNCTION, notify, to
from tests.support.responses import refused
from tests.support.uploads import begin

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef

    from s3mock.backend.cloud import Cloud
    from s3mock.control import S3
    from s3mock.http import Request, Response

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


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (5, "buckets are a name, names, or a mapping of names to objects, not 5"),
        ([b"photos"], "not [b'photos']"),
        ({"photos": "a.txt"}, "the objects of bucket 'photos' are a mapping of keys to contents, not 'a.txt'"),
        ({"photos": {"a.txt": 5}}, "the content of photos/a.txt is bytes or text, not 5"),
    ],
)
def test_buckets_of_another_type_are_refused_before_any_is_created(mock: S3, wrong: Any, message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)):
        mock.create_buckets(wrong)
    assert mock.client().list_buckets()["Buckets"] == []


MISTAKES: Mapping[str, tuple[Callable[[S3, Path], object], type[Exception], str]] = {
    "save over something else": (
        lambda s3, _: s3.save(__file__),
        FileExistsError,
        "save replaces only what it has saved",
    ),
    "save to a folder": (lambda s3, path: s3.save(path), IsADirectoryError, "save writes a file, not a folder"),
    "save nowhere": (lambda s3, path: s3.save(path / "a" / "b"), FileNotFoundError, "no such folder to save in"),
    "load a folder": (lambda s3, path: s3.load(path), IsADirectoryError, "S3MockServer(data_dir=...) reads a folder"),
    "diff of nothing": (lambda s3, _: s3.diff(None), TypeError, "diff compares snapshots"),  # type: ignore[arg-type]
    "half a byte": (lambda s3, _: s3.put_synthetic("b", "k", 1.5), TypeError, "1.5 is not a size"),  # type: ignore[arg-type]
    "share by a word": (lambda *_: mock_s3(share="no"), TypeError, "share is True or False"),  # type: ignore[call-overload]
    "fault by a name": (lambda s3, _: s3.faults.load("PutObject"), ValueError, "a text of fault rules is JSON"),
    "faults by names": (lambda s3, _: s3.faults.load(["PutObject"]), TypeError, "a fault rule is a row"),  # type: ignore[list-item]
    "status as text": (lambda s3, _: s3.requests.of(status="404"), TypeError, "status is a number"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize(("call", "kind", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_refused_with_what_would_be_right(
    mock: S3, tmp_path: Path, call: Callable[[S3, Path], object], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=re.escape(message)):
        call(mock, tmp_path)


def test_a_python_without_sqlite_lacks_what_needs_it_only() -> None:
    code = """
import sys
sys.modules["sqlite3"] = None
from s3mock import S3MockServer, mock_s3
with mock_s3(buckets="photos") as s3:
    s3.restore(s3.snapshot())
for use in lambda: s3.save("a"), lambda: mock_s3(load="a").start(), lambda: S3MockServer(data_dir="a"):
    try:
        use()
    except ImportError as error:
        print(error)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    message = "save, load and a data folder need SQLite, without which this Python was built\n"
    assert run.stdout == message * 3


def test_one_fault_rule_needs_no_list(mock: S3) -> None:
    mock.faults.load({"operation": "PutObject", "code": "SlowDown"})
    assert mock.faults.rows() == [{"operation": ["PutObject"], "code": "SlowDown"}]


def test_buckets_of_a_nested_mock_are_added(mock: S3) -> None:
    with mock_s3(buckets="inner"):
        assert [bucket["Name"] for bucket in mock.client().list_buckets()["Buckets"]] == ["inner"]


def test_buckets_that_exist_get_the_objects_too() -> None:
    with mock_s3(buckets={"photos": {"a.txt": "old", "b.txt": "kept"}}) as mock:
        mock.create_buckets({"photos": {"a.txt": "new"}})
        s3 = mock.client(region_name="us-east-1")
        assert (body(s3, "photos", "a.txt"), body(s3, "photos", "b.txt")) == (b"new", b"kept")


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
    assert repr(snapshot) == "<Snapshot of 1 bucket with 1 key>"
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
    assert (reply["ContentType"], reply["Body"].read()) == ("text/csv", b"wo")
    assert re.fullmatch(r'"[0-9a-f]{32}-1"', reply["ETag"])
    s3.copy_object(Bucket="data", Key="copy", CopySource="data/in/a.txt")
    (folder / "a.txt").write_text("longer")
    with pytest.raises(Exception, match=r"a\.txt has changed since load_dir"):
        s3.get_object(Bucket="data", Key="in/a.txt")["Body"].read()
    mock.load_dir(str(folder), "data", "in/")
    assert body(s3, "data", "in/a.txt") == b"longer"


def test_content_types_are_those_that_the_command_line_guesses(folder: Path) -> None:
    names = ["a.txt", "a.csv.gz", "a.tar.bz2", "A.HTML", "a.json", "a.unknown", "a", ".txt", "a b+c.png", "b/c.jpg"]
    contents = {name: name.encode() for name in names}
    (folder.parent / "init").mkdir()
    files = folder.parent / "init" / "files"
    for name, content in contents.items():
        (files / name).parent.mkdir(exist_ok=True)
        (files / name).write_bytes(content)
    with mock_s3(share=True) as s3:
        s3.create_buckets({"uploaded": {}, "given": contents})
        command = [sys.executable, "-m", "awscli", "s3", "cp", "--recursive", "--quiet", str(files), "s3://uploaded/"]
        subprocess.run(command, check=True)
        s3.load_dir(files, "loaded")
        initial.create_from_folder(s3.cloud, folder.parent / "init")

        def described(bucket: str) -> dict[str, Any]:
            headers = {name: s3.client().head_object(Bucket=bucket, Key=name) for name in names}
            return {name: (head["ContentType"], head.get("ContentEncoding")) for name, head in headers.items()}

        uploaded = described("uploaded")
        assert uploaded["a.csv.gz"] == ("text/csv", None)
        assert uploaded["a"] == ("binary/octet-stream", None)
        assert [described(bucket) for bucket in ("given", "loaded", "files")] == [uploaded] * 3


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


def test_all_is_saved_to_one_file_and_a_mock_begins_with_it(tmp_path: Path) -> None:
    file = tmp_path / "s3"
    with mock_s3(buckets={"photos": {"a.txt": "text", "large": b"x" * (3 << 20)}}) as mock:
        mock.clock.freeze("2030-01-01")
        principal = mock.add_principal("ann", ())
        mock.save(file)
        here = mock.snapshot()
    assert [path.name for path in tmp_path.iterdir()] == ["s3"]
    with mock_s3(load=file) as mock:
        s3 = mock.client(region_name="us-east-1")
        assert (body(s3, "photos", "a.txt"), len(body(s3, "photos", "large"))) == (b"text", 3 << 20)
        assert (mock.clock.now().year, mock.clock.is_frozen) == (2030, True)
        mock.remove_principal(principal)
        mock.load(str(file))
        assert not mock.diff(here)


def test_buckets_made_by_the_mock_change_nothing_for_its_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def watched(cloud: Cloud, request: Request) -> Response:
        seen.append((cloud.checks_headers, cloud.journal is not None))
        return answer(cloud, request)

    answer = adapter.answer
    monkeypatch.setattr(adapter, "answer", watched)
    with mock_s3(verify_signatures="all", credentials={"KEY": "SECRET"}) as mock:
        mock.fail(code="SlowDown")
        mock.create_buckets({"photos": {"a.txt": "text"}})
        assert (list(mock.requests), list(mock.faults)) == ([], [])
    assert seen == [(True, True)] * 2


def test_a_save_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "large").write_bytes(b"x" * (1 << 16))
    with mock_s3() as mock:
        mock.save(tmp_path / "s3")
        saved = (tmp_path / "s3").read_bytes()
        mock.load_dir(tmp_path / "in", "photos")
        (tmp_path / "in" / "large").write_bytes(b"changed")
        with pytest.raises(OSError, match="has changed since load_dir"):
            mock.save(tmp_path / "s3")
    assert (tmp_path / "s3").read_bytes() == saved
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "s3"]


def test_a_file_does_not_replace_what_a_nested_mock_has(tmp_path: Path) -> None:
    with mock_s3(buckets="photos") as mock:
        mock.save(tmp_path / "s3")
        with pytest.raises(RuntimeError, match="inside a mock that has buckets"):
            mock_s3(load=tmp_path / "s3").start()
        mock.load(tmp_path / "s3")


def test_files_of_something_else_are_refused(mock: S3, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        mock.load(tmp_path / "nothing")
    (tmp_path / "text").write_text("text")
    with pytest.raises(ValueError, match="text is not a database of s3mock"):
        mock_s3(load=tmp_path / "text").start()
    mock.save(tmp_path / "newer")
    with contextlib.closing(sqlite3.connect(tmp_path / "newer")) as newer, newer:
        newer.execute("UPDATE meta SET value = 99 WHERE name = 'format'")
    with pytest.raises(ValueError, match="has the format 99 of a newer s3mock"):
        mock.load(tmp_path / "newer")


def test_a_difference_names_what_has_changed(s3: S3Client, bucket: str, mock: S3) -> None:
    for key in ("kept", "changed", "removed", "rewritten"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"1", Metadata={"m": "1"})
    s3.create_bucket(Bucket="emptied")
    before = mock.snapshot()
    assert (not mock.diff(before), str(mock.diff(before))) == (True, "nothing differs")
    s3.put_object_tagging(Bucket=bucket, Key="changed", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.delete_object(Bucket=bucket, Key="removed")
    s3.put_object(Bucket=bucket, Key="rewritten", Body=b"22", Metadata={"m": "2"})
    s3.put_object(Bucket=bucket, Key="added", Body=b"1")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.create_multipart_upload(Bucket=bucket, Key="upload")
    s3.delete_bucket(Bucket="emptied")
    s3.create_bucket(Bucket="new")
    mock.add_access_point("point", bucket)
    mock.add_principal("ann", ())
    after = mock.snapshot()
    mock.clock.freeze()
    found = {(each.kind, each.what, each.key or each.name.rpartition(":")[2]): each for each in mock.diff(before)}
    assert sorted((kind, what) for kind, what, _ in found) == [
        *[("added", what) for what in ("access point", "bucket", "principal", "upload", "version")],
        *[("changed", what) for what in ("clock", "settings", "version", "version")],
        *[("removed", what) for what in ("bucket", "version")],
    ]
    assert found["changed", "version", "changed"].fields.keys() == {"tags"}
    assert found["changed", "version", "rewritten"].fields.keys() >= {"etag", "size", "metadata"}
    assert found["changed", "settings", bucket].fields == {"versioning": (None, "Enabled")}
    assert f"~ settings {bucket}: versioning None -> 'Enabled'" in str(mock.diff(before, after)).splitlines()
    assert f"- version {bucket}/removed (null)" in str(mock.diff(before, after)).splitlines()
    assert [each.what for each in mock.diff(after)] == ["clock"]


@pytest.mark.parametrize(
    ("text", "size"), [("5 TB", 5 * 10**12), ("3GiB", 3 << 30), ("1.5 kB", 1500), (7, 7), ("0", 0)]
)
def test_an_object_of_any_size_is_put_at_once(s3: S3Client, bucket: str, mock: S3, text: int | str, size: int) -> None:
    mock.put_synthetic(bucket, "huge.csv", text)
    head = s3.head_object(Bucket=bucket, Key="huge.csv")
    assert (head["ContentLength"], head["ContentType"]) == (size, "text/csv")
    assert re.fullmatch(r'"[0-9a-f]{32}-[0-9]{1,5}"', head["ETag"])
    for start in {0, max(0, size // 2 - 5), max(0, size - 100_000)}:
        stop = min(start + 100_000, size)
        if stop > start:
            reply = s3.get_object(Bucket=bucket, Key="huge.csv", Range=f"bytes={start}-{stop - 1}")
            block = synthetic.BLOCK
            wanted = (block * 3)[start % len(block) :][: stop - start]
            assert (reply["ContentRange"], reply["Body"].read()) == (f"bytes {start}-{stop - 1}/{size}", wanted)


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 10 * 65_536 + 17])
def test_the_checksum_of_a_synthetic_object_is_that_of_its_bytes(
    s3: S3Client, bucket: str, mock: S3, size: int
) -> None:
    mock.put_synthetic(bucket, "a", size)
    reply = s3.get_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")  # botocore verifies it if awscrt is there
    assert len(reply["Body"].read()) == size
    s3.put_object(Bucket=bucket, Key="b", Body=body(s3, bucket, "a"), ChecksumAlgorithm="CRC64NVME")
    same = s3.head_object(Bucket=bucket, Key="b", ChecksumMode="ENABLED")
    assert reply["ChecksumCRC64NVME"] == same["ChecksumCRC64NVME"]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the bytes of synthetic objects that are made, from now on."""
    sizes: list[int] = []
    make = synthetic._made

    def counted(start: int, size: int) -> bytes:
        sizes.append(size)
        return make(start, size)

    monkeypatch.setattr(synthetic, "_made", counted)
    synthetic._checksum.cache_clear()
    return sizes


def test_a_synthetic_object_is_copied_without_its_bytes(s3: S3Client, bucket: str, mock: S3, made: list[int]) -> None:
    source: CopySourceTypeDef = {"Bucket": bucket, "Key": "source"}
    part = 64 << 20
    mock.put_synthetic(bucket, "source", "5 GiB")
    s3.copy_object(CopySource=source, Bucket=bucket, Key="copy", ChecksumAlgorithm="CRC32")
    assert made == []
    s3.copy(source, bucket, "in parts", Config=TransferConfig(multipart_chunksize=part, use_threads=False))
    assert sum(made) == part  # the MD5 of the first part is that of each
    s3.copy_object(CopySource={"Bucket": bucket, "Key": "in parts"}, Bucket=bucket, Key="copy of parts")
    assert sum(made) == part
    heads = {
        key: s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        for key in ("source", "copy", "in parts", "copy of parts")
    }
    assert {head["ContentLength"] for head in heads.values()} == {5 << 30}
    assert len({heads[key]["ChecksumCRC64NVME"] for key in ("source", "in parts", "copy of parts")}) == 1
    assert len({heads[key]["ETag"] for key in ("source", "copy", "copy of parts")}) == 1


def test_a_part_copied_from_a_synthetic_object_has_its_md5(s3: S3Client, bucket: str, mock: S3) -> None:
    mock.put_synthetic(bucket, "source", 300_000)
    data = body(s3, bucket, "source")
    upload_id = begin(s3, bucket, "target", ChecksumAlgorithm="SHA256")
    for number, (start, stop) in enumerate([(0, 300_000), (70_000, 70_001), (65_536, 200_000)], 1):
        copied = s3.upload_part_copy(
            Bucket=bucket,
            Key="target",
            UploadId=upload_id,
            PartNumber=number,
            CopySource=f"{bucket}/source",
            CopySourceRange=f"bytes={start}-{stop - 1}",
        )["CopyPartResult"]
        assert copied["ETag"] == f'"{hashlib.md5(data[start:stop]).hexdigest()}"'
        assert copied["ChecksumSHA256"] == b64encode(hashlib.sha256(data[start:stop]).digest()).decode()


def test_a_synthetic_object_is_saved_as_what_it_is(s3: S3Client, bucket: str, mock: S3, tmp_path: Path) -> None:
    mock.put_synthetic(bucket, "huge", "5 TB")
    before = s3.get_object(Bucket=bucket, Key="huge", Range="bytes=-10")["Body"].read()
    mock.save(tmp_path / "s3")
    assert (tmp_path / "s3").stat().st_size < 1 << 20
    mock.load(tmp_path / "s3")
    assert s3.get_object(Bucket=bucket, Key="huge", Range="bytes=-10")["Body"].read() == before


@pytest.mark.parametrize("size", ["51 TB", -1, "many", "5 PB", "-1"])
def test_sizes_that_no_object_has_are_refused(bucket: str, mock: S3, size: int | str) -> None:
    with pytest.raises(ValueError, match=r"is not a size like|an object has"):
        mock.put_synthetic(bucket, "a", size)


SEED = """
import pytest

calls = []

@pytest.fixture(scope="session")
def s3mock_seed():
    def seed(s3):
        calls.append(s3.settings.bucket_defaults)
        s3.create_buckets({"data": {"a.csv": "1,2"}})
        s3.client().put_object(Bucket="data", Key="b.csv")
        s3.fail("PutObject", code="SlowDown")
    return seed
"""

SEEDED = """
import pytest

@pytest.mark.s3mock(load="saved.db")
def test_a_file_is_loaded_in_place_of_the_seed(s3_client):
    assert [b["Name"] for b in s3_client.list_buckets()["Buckets"]] == ["saved"]

@pytest.mark.parametrize("again", range(3))
def test_each_test_begins_with_the_seed(s3mock, s3_client, again):
    assert (s3mock.requests, s3mock.faults.rules) == ((), ())
    assert s3_client.get_object(Bucket="data", Key="a.csv")["Body"].read() == b"1,2"
    s3_client.delete_object(Bucket="data", Key="a.csv")
    s3_client.delete_object(Bucket="data", Key="b.csv")
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
    with mock_s3(buckets="saved") as mock:
        mock.save(pytester.path / "saved.db")
    pytester.runpytest_subprocess("-p", "no:randomly", "-q").assert_outcomes(passed=6)
