"""A server with a data folder forgets nothing that it has answered."""

from __future__ import annotations

import itertools
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from hypothesis.stateful import invariant, rule

from s3mock import S3MockServer, mock_s3
from s3mock.backend import files
from s3mock.backend.blobs import INLINE
from s3mock.backend.cloud import Cloud
from s3mock.backend.persistence import database
from s3mock.backend.persistence.database import FORMAT, Database
from s3mock.backend.persistence.folder import DATABASE, MOST_LOG, RESERVE, RESERVED, DataFolder, DataFolderError
from s3mock.backend.persistence.tables import PARTS
from s3mock.backend.store import EMPTY
from s3mock.errors import S3Error
from s3mock.settings import Settings
from tests.support.full_store import SETTINGS, after_months, fill
from tests.support.search import search
from tests.support.stores import content
from tests.test_command_line import COMMAND, address_of, client_at, serving
from tests.test_model_of_objects import Uploads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s3mock.backend.store import Store

LARGE = random.Random(1).randbytes(3 * INLINE)


def on_disk(folder: DataFolder) -> Store:
    """What another process would read now."""
    return Database(folder._connection, folder._keep, folder.blobs.open).load()


def files_in(path: Path) -> list[Path]:
    return [file for part in ("objects", "incoming") for file in (path / part).rglob("*") if file.is_file()]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    folder = DataFolder(tmp_path / "data")
    yield folder
    folder.close()


class KeptObjects(Uploads):
    """After each operation, everything is on the disk."""

    def __init__(self) -> None:
        super().__init__()
        self.path = Path(tempfile.mkdtemp(prefix="s3mock-test-"))
        self.folder = DataFolder(self.path)
        before = self.control.cloud.snapshot()
        self.control.cloud.keep_in(self.folder)
        self.control.cloud.restore(before)
        self.snapshots = [before]

    @rule()
    def snapshot(self) -> None:
        self.folder.make_room()
        assert len(files_in(self.path)) == 0  # all bodies are small

    @invariant()
    def everything_is_on_the_disk(self) -> None:
        assert content(on_disk(self.folder)) == content(self.control.cloud.store)

    def teardown(self) -> None:
        super().teardown()
        after = content(self.control.cloud.store)
        self.control.cloud.close()
        folder = DataFolder(self.path)
        assert content(folder.load()) == after
        folder.close()
        shutil.rmtree(self.path)


TestWhatObjectsAreIsOnTheDisk: Any = KeptObjects.TestCase
TestWhatObjectsAreIsOnTheDisk.settings = search(15, stateful_step_count=25)


def test_everything_that_an_s3_can_have_is_kept_after_each_operation(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with mock_s3(**SETTINGS) as mock:
        mock.cloud.keep_in(folder)
        assign, count = mock.cloud._replace, itertools.count()

        def compared(store: Store) -> None:
            assign(store)
            if next(count) % 10 == 0:
                assert content(on_disk(folder)) == content(mock.cloud.store)

        mock.cloud._replace = compared  # type: ignore[method-assign]
        fill(mock)
        expected = content(mock.cloud.store)
        mock.cloud.close()
    cloud = Cloud(Settings(**SETTINGS))
    cloud.keep_in(DataFolder(tmp_path))
    assert content(cloud.store) == expected
    cloud.close()


def test_pending_work_is_done_after_a_restart_as_it_would_have_been(tmp_path: Path) -> None:
    with mock_s3(**SETTINGS) as mock:
        fill(mock)
        snapshot = mock.cloud.snapshot()
        expected = after_months(mock)
    server = S3MockServer(data_dir=tmp_path, **SETTINGS)
    server.cloud.restore(snapshot)
    server.stop()
    with S3MockServer(data_dir=tmp_path, **SETTINGS) as server:
        assert after_months(server.s3) == expected
    with S3MockServer(data_dir=str(tmp_path), **SETTINGS) as server:
        assert server.s3.clock.is_frozen == (snapshot.clock_frozen_at is not None)
        assert sorted({event.name for event in server.s3.events}) == expected["events"]


def test_a_server_continues_after_a_stop_and_in_another_process(tmp_path: Path) -> None:
    server = S3MockServer(data_dir=tmp_path / "new" / "data")
    for _ in range(2):
        with server:
            s3 = server.s3.client()
            s3.create_bucket(Bucket="photos")
            s3.put_object(Bucket="photos", Key="large", Body=LARGE)
            server.s3.clock.advance(days=40)
    with serving("--data-dir", str(tmp_path / "new" / "data"), "--bucket", "photos,more") as process:
        s3 = client_at(address_of(process))
        reply = s3.get_object(Bucket="photos", Key="large")
        assert reply["Body"].read() == LARGE
        assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["more", "photos"]
    with server:
        assert server.s3.clock.offset == pytest.approx(80 * 86_400)


def test_a_server_in_a_process_of_its_own_keeps_its_state_in_the_folder(tmp_path: Path) -> None:
    server = S3MockServer(data_dir=tmp_path, process=True, buckets=["photos"])
    for keys in ([], ["a"]):
        with server:
            s3 = server.s3.client()
            assert [each["Key"] for each in s3.list_objects_v2(Bucket="photos").get("Contents", [])] == keys
            s3.put_object(Bucket="photos", Key="a", Body=LARGE)
    assert [each["Key"] for each in content_of(tmp_path)] == ["a"]


@pytest.mark.parametrize("process", [False, True])
def test_a_relative_folder_is_that_of_the_construction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, process: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    server = S3MockServer(data_dir="data", buckets=["photos"], process=process)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for key in ("a", "b"):
        with server:
            server.s3.client().put_object(Bucket="photos", Key=key, Body=LARGE)
    assert [each["Key"] for each in content_of(tmp_path / "data")] == ["a", "b"]


def test_a_server_that_does_not_start_leaves_the_folder_to_others(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="InvalidBucketName"):
        S3MockServer(data_dir=tmp_path, buckets=["no"])
    with S3MockServer() as other:
        server = S3MockServer(port=other.port, data_dir=tmp_path, buckets=["photos"])
        with pytest.raises(OSError, match="cannot listen on port"):
            server.start()
        S3MockServer(data_dir=tmp_path).stop()
    with server:
        assert server.cloud.find_bucket("photos") is not None


def test_the_end_of_another_server_with_the_same_cloud_does_not_close_the_folder(tmp_path: Path) -> None:
    with S3MockServer(data_dir=tmp_path, buckets=["photos"]) as server:
        with S3MockServer(cloud=server.cloud):
            pass
        server.s3.client().put_object(Bucket="photos", Key="a")
    assert [each["Key"] for each in content_of(tmp_path)] == ["a"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not remove files that are open")
def test_a_server_whose_folder_is_gone_can_be_stopped_and_started_with_a_new_one(tmp_path: Path) -> None:
    server = S3MockServer(data_dir=tmp_path / "data", buckets=["photos"])
    server.start()
    shutil.rmtree(tmp_path / "data")
    with pytest.raises(FileNotFoundError):
        server.stop()
    with server:
        assert server.s3.client().list_buckets()["Buckets"] == []


def test_the_data_folder_can_be_named_by_a_variable(tmp_path: Path) -> None:
    with serving("--bucket", "photos", S3MOCK_DATA_DIR=str(tmp_path)) as process:
        address_of(process)
    assert (tmp_path / DATABASE).exists()


def test_the_database_of_a_folder_is_not_loaded_without_the_files_beside_it(tmp_path: Path) -> None:
    with S3MockServer(data_dir=tmp_path / "data", buckets={"photos": {"a": LARGE}}):
        pass
    with mock_s3() as mock, pytest.raises(ValueError, match=r"s3\.db is that of a data folder"):
        mock.load(tmp_path / "data" / DATABASE)


def test_the_contents_at_the_start_do_not_replace_what_the_folder_has(tmp_path: Path) -> None:
    for body in (b"first", b"second"):
        with S3MockServer(data_dir=tmp_path, buckets={"photos": {"a": body, body.decode(): b""}}) as server:
            s3 = server.s3.client()
            assert s3.get_object(Bucket="photos", Key="a")["Body"].read() == b"first"
    assert [each["Key"] for each in content_of(tmp_path)] == ["a", "first", "second"]


def content_of(path: Path) -> Any:
    with S3MockServer(data_dir=path) as server:
        return server.s3.client().list_objects_v2(Bucket="photos")["Contents"]


def test_files_go_with_the_last_object_that_has_their_bytes(folder: DataFolder) -> None:
    with mock_s3() as mock:
        mock.cloud.keep_in(folder)
        s3 = mock.client()
        s3.create_bucket(Bucket="photos")
        s3.put_object(Bucket="photos", Key="a", Body=LARGE)
        s3.put_object(Bucket="photos", Key="small", Body=b"x" * INLINE)
        s3.copy_object(Bucket="photos", Key="b", CopySource="photos/a")
        assert len(files_in(folder.path)) == 1
        s3.delete_object(Bucket="photos", Key="a")
        folder.make_room()
        assert s3.get_object(Bucket="photos", Key="b")["Body"].read() == LARGE
        s3.delete_object(Bucket="photos", Key="b")
        folder.make_room()
        assert files_in(folder.path) == []


def test_a_reset_and_a_restored_snapshot_are_kept(folder: DataFolder) -> None:
    with mock_s3() as mock:
        s3 = mock.client()
        s3.create_bucket(Bucket="photos")
        s3.put_object(Bucket="photos", Key="of another mock", Body=LARGE)
        elsewhere = mock.cloud.snapshot()
        mock.cloud.keep_in(folder)
        s3.create_bucket(Bucket="photos")
        for key in ("a", "b"):
            s3.put_object(Bucket="photos", Key=key, Body=LARGE)
        here = mock.cloud.snapshot()
        for store in (elsewhere, here, EMPTY, here, elsewhere):
            mock.cloud.restore(store)
            assert content(on_disk(folder)) == content(store)


def test_a_snapshot_of_another_s3_that_does_not_fit_on_the_disk_leaves_no_file(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mock_s3(buckets={"photos": {"a": LARGE, "b": LARGE[::-1]}}) as mock:
        elsewhere = mock.cloud.snapshot()
    cloud = Cloud(Settings())
    cloud.keep_in(folder)
    write, sizes = files.write_all, itertools.count()

    def full_after_the_first(file: Any, data: bytes) -> None:
        if next(sizes):
            raise S3Error("InsufficientStorage")
        write(file, data)

    monkeypatch.setattr(files, "write_all", full_after_the_first)
    with pytest.raises(S3Error, match="InsufficientStorage"):
        cloud.restore(elsewhere)
    monkeypatch.undo()
    assert cloud.is_empty()
    folder.make_room()
    assert files_in(folder.path) == []
    cloud.restore(elsewhere)
    assert content(on_disk(folder)) == content(elsewhere)


def test_a_stop_gives_back_the_room_of_what_was_deleted(tmp_path: Path) -> None:
    keys = [f"{number:03}" for number in range(300)]
    with S3MockServer(data_dir=tmp_path, buckets={"photos": dict.fromkeys(keys, b"x" * INLINE)}) as server:
        pass
    full = (tmp_path / DATABASE).stat().st_size
    assert full > len(keys) * INLINE
    with server:
        client = server.s3.client(region_name="us-east-1")
        client.delete_objects(Bucket="photos", Delete={"Objects": [{"Key": key} for key in keys]})
    assert (tmp_path / DATABASE).stat().st_size < full / 10


def test_what_a_killed_process_left_is_removed_at_the_next_start(tmp_path: Path) -> None:
    DataFolder(tmp_path).close()
    for left in (
        tmp_path / "incoming" / "abc",
        tmp_path / "objects" / "ab" / "abc",
        tmp_path / "objects" / ".DS_Store",
    ):
        left.parent.mkdir(exist_ok=True)
        left.write_bytes(b"half")
    folder = DataFolder(tmp_path)
    folder.load()
    assert files_in(tmp_path) == [tmp_path / "objects" / ".DS_Store"]  # which is no object's
    folder.close()


def in_use(path: Path) -> None:
    """Another process uses the folder; it ends when this one closes its input."""
    code = (
        f"import sys; from s3mock import S3MockServer; S3MockServer(data_dir={str(path)!r}); print(); sys.stdin.read()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    _processes.append(process)


_processes: list[subprocess.Popen[bytes]] = []


@pytest.fixture(autouse=True)
def no_process_stays() -> Iterator[None]:
    yield
    for process in _processes:
        process.communicate()
    _processes.clear()


def of_a_newer_format(path: Path) -> None:
    DataFolder(path).close()
    with sqlite3.connect(path / DATABASE) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'format'", (FORMAT + 1,))
    connection.close()


def with_an_unknown_value(path: Path) -> None:
    DataFolder(path).close()
    with sqlite3.connect(path / DATABASE) as connection:
        connection.execute("INSERT INTO work VALUES (1, 'a', 'lifecycle', 'k', '{\"_\":\"Future\"}', NULL)")
    connection.close()


def with_a_broken_page(path: Path) -> None:
    with S3MockServer(data_dir=path, buckets={"photos": {f"{number}": b"x" * 5000 for number in range(20)}}):
        pass
    size = (path / DATABASE).stat().st_size
    with (path / DATABASE).open("r+b") as file:
        file.seek(size // 3)
        file.write(b"\xff" * (size // 3))


def with_a_lost_file(path: Path) -> None:
    with S3MockServer(data_dir=path, buckets={"photos": {"large": LARGE}}):
        pass
    (lost,) = files_in(path)
    lost.unlink()


def foreign(path: Path) -> None:
    path.mkdir()
    (path / "thesis.tex").touch()


def of_another_program(path: Path) -> None:
    path.mkdir()
    with sqlite3.connect(path / DATABASE) as connection:
        connection.execute("CREATE TABLE albums (name)")
    connection.close()


def no_database(path: Path) -> None:
    path.mkdir()
    (path / DATABASE).write_bytes(b"x" * 5000)


def no_file(path: Path) -> None:
    (path / DATABASE).mkdir(parents=True)


def a_file(path: Path) -> None:
    path.touch()


REFUSALS: list[tuple[Callable[[Path], None], str]] = [
    (in_use, "is in use by the process [0-9]+: a folder serves one process at a time"),
    (of_a_newer_format, "s3.db has the format 2 of a newer s3mock: this one reads formats up to 1"),
    (with_an_unknown_value, "s3.db cannot be read: there is no 'Future' in this version of s3mock"),
    (with_a_broken_page, "s3.db cannot be read: database disk image is malformed"),
    (with_a_lost_file, "s3.db cannot be read: .*No such file"),
    (foreign, "has other things in it: give an empty folder, or one of s3mock"),
    (of_another_program, "s3.db is not a database of s3mock"),
    (no_database, "s3.db is not a database of s3mock"),
    (no_file, "cannot write to .*s3.db: unable to open database file"),
    (a_file, "cannot use .* to keep data in: it is not a folder"),
]


@pytest.mark.parametrize(("prepare", "message"), REFUSALS, ids=[prepare.__name__ for prepare, _ in REFUSALS])
def test_a_folder_that_cannot_be_used_is_refused_in_one_line(
    prepare: Callable[[Path], None], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "data"
    prepare(path)
    before = sorted(path.rglob("*.*"))
    with pytest.raises(DataFolderError, match=message):
        S3MockServer(data_dir=path)
    assert sorted(path.rglob("*.*")) == before
    if prepare is in_use:
        command = subprocess.run([*COMMAND, "--data-dir", path], capture_output=True, text=True, check=False)
        assert (command.returncode, command.stdout) == (2, "")
        assert command.stderr.startswith("s3mock: error: ")
        assert command.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_keywords: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)  # root may write everywhere
    with pytest.raises(DataFolderError, match=r"cannot use .* to keep data in: Permission denied"):
        DataFolder(tmp_path / "data")


@pytest.mark.parametrize("of_the_process", [True, False])
def test_a_folder_is_free_again_when_its_server_has_ended(tmp_path: Path, of_the_process: bool) -> None:
    if of_the_process:
        with serving("--data-dir", str(tmp_path), "--bucket", "photos") as process:
            address_of(process)
            process.send_signal(signal.SIGKILL)
            process.wait()
            with S3MockServer(data_dir=tmp_path) as server:
                assert server.cloud.find_bucket("photos") is not None
            process.returncode = 0
    else:
        S3MockServer(data_dir=tmp_path).stop()
    S3MockServer(data_dir=tmp_path).stop()


FULL = """
import resource, sys
from pathlib import Path
from s3mock import S3MockServer, __main__
from s3mock.backend.persistence import folder

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
with S3MockServer(data_dir=sys.argv[1], buckets=["photos"]) as server:
    print(server.endpoint_url, flush=True)
    for line in sys.stdin:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(line), resource.RLIM_INFINITY))
        print(flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no resource limits")
@pytest.mark.parametrize("size", [100, INLINE * 40], ids=["rows", "files"])
def test_a_full_disk_is_an_error_of_the_request_and_nothing_is_half_written(tmp_path: Path, size: int) -> None:
    limit = 400_000
    body = random.Random(2).randbytes(size)
    with subprocess.Popen(
        [sys.executable, "-c", FULL, str(tmp_path), str(limit)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        s3 = client_at(address_of(process))
        kept: list[str] = []

        def put_until_it_is_full() -> None:
            while True:
                s3.put_object(Bucket="photos", Key=f"{len(kept)}", Body=body)
                kept.append(f"{len(kept)}")

        with pytest.raises(ClientError) as refused:
            put_until_it_is_full()
        assert refused.value.response["Error"]["Code"] == "InsufficientStorage"
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 507
        for _ in range(2):
            assert [each["Key"] for each in s3.list_objects_v2(Bucket="photos").get("Contents", [])] == sorted(kept)[
                :1000
            ]
            for key in kept[-2:]:
                assert s3.get_object(Bucket="photos", Key=key)["Body"].read() == body
        process.stdin.write("-1\n")
        process.stdin.flush()
        process.stdout.readline()
        s3.put_object(Bucket="photos", Key="later", Body=body)
        process.stdin.close()
        assert process.wait() == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    with S3MockServer(data_dir=tmp_path) as server:
        bucket = server.cloud.find_bucket("photos")
        assert bucket is not None
        assert list(bucket.state.keys) == sorted([*kept, "later"])
        assert len(files_in(tmp_path)) == (len(kept) + 1 if size > INLINE else 0)


def test_deleting_makes_room_on_a_full_disk(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Database.write

    def full_but_for_the_reserve(self: Database, store: Store) -> None:
        if (folder.path / RESERVE).exists():
            raise S3Error("InsufficientStorage")
        write(self, store)

    with mock_s3() as mock:
        mock.cloud.keep_in(folder)
        s3 = mock.client()
        s3.create_bucket(Bucket="photos")
        s3.put_object(Bucket="photos", Key="a")
        monkeypatch.setattr(Database, "write", full_but_for_the_reserve)
        for _ in range(2):
            with pytest.raises(ClientError, match="InsufficientStorage"):
                s3.put_object(Bucket="photos", Key="b")
            with pytest.raises(ClientError, match="InsufficientStorage"):
                s3.put_object(Bucket="photos", Key="a", Body=b"more")
        s3.delete_object(Bucket="photos", Key="a")
        monkeypatch.undo()
        assert content(on_disk(folder)) == content(mock.cloud.store)
        assert (folder.path / RESERVE).stat().st_size == RESERVED


def test_the_reserve_has_room_for_the_log_when_a_deletion_needs_it(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the log, which cannot be written into the database, uses up what deletions free."""
    assert RESERVED > MOST_LOG
    write, fails = Database.write, itertools.chain([True], itertools.repeat(False))

    def full_once(self: Database, store: Store) -> None:
        if next(fails):
            raise S3Error("InsufficientStorage")
        write(self, store)

    reserves = []
    with mock_s3(buckets="photos") as mock:
        snapshot = mock.cloud.snapshot()
        mock.cloud.keep_in(folder)
        mock.cloud.restore(snapshot)
        monkeypatch.setattr(Database, "write", full_once)
        monkeypatch.setattr(folder, "_checkpoint", lambda: reserves.append((folder.path / RESERVE).exists()))
        mock.client().delete_bucket(Bucket="photos")
    assert reserves == [False]
    monkeypatch.undo()


def test_work_that_finds_a_full_disk_is_done_later_and_reads_go_on(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mock_s3() as mock:
        mock.cloud.keep_in(folder)
        s3: Any = mock.client()
        s3.create_bucket(Bucket="photos")
        s3.put_object(Bucket="photos", Key="old", Body=b"old")
        rule = {"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 3}}
        s3.put_bucket_lifecycle_configuration(Bucket="photos", LifecycleConfiguration={"Rules": [rule]})
        page = folder._connection.execute("PRAGMA page_count").fetchone()[0]
        folder._connection.execute(f"PRAGMA max_page_count = {page}")
        with pytest.raises(ClientError, match="InsufficientStorage"):
            s3.put_object(Bucket="photos", Key="new", Body=b"x" * INLINE)
        mock.cloud.clock.advance(days=9)
        assert "Contents" not in s3.list_objects_v2(Bucket="photos")
        folder._connection.execute("PRAGMA max_page_count = 1000000")
        s3.put_object(Bucket="photos", Key="new", Body=b"x" * INLINE)
        assert content(on_disk(folder)) == content(mock.cloud.store)


def test_work_that_was_interrupted_is_done_again(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in the middle of it, the disk has the work as it was planned."""
    with mock_s3() as mock:
        mock.cloud.keep_in(folder)
        s3: Any = mock.client()
        s3.create_bucket(Bucket="photos")
        for key in ("a", "b"):
            s3.put_object(Bucket="photos", Key=key)
        rule = {"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 3}}
        s3.put_bucket_lifecycle_configuration(Bucket="photos", LifecycleConfiguration={"Rules": [rule]})
        mock.cloud.clock.advance(days=1)
        mock.cloud.catch_up()  # the first visit plans the next one, of both keys
        planned = content(on_disk(folder))
        commit, seen = mock.cloud.commit, []

        def watched(*arguments: Any) -> Any:
            seen.append(content(on_disk(folder)) == planned)
            return commit(*arguments)

        monkeypatch.setattr(mock.cloud, "commit", watched)
        mock.cloud.clock.advance(days=9)
        assert "Contents" not in s3.list_objects_v2(Bucket="photos")
        assert len(seen) > 1
        assert all(seen)
        assert content(on_disk(folder)) == content(mock.cloud.store)


def test_a_clock_whose_move_cannot_be_kept_stays_where_it_was(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_database: Database, _store: Store) -> None:
        raise S3Error("InsufficientStorage")

    with mock_s3() as mock:
        mock.cloud.keep_in(folder)
        monkeypatch.setattr(Database, "write", full)
        clock = mock.clock
        moves: list[Callable[[], Any]] = [
            lambda: clock.advance(days=1),
            clock.freeze,
            lambda: clock.travel("2020-01-01"),
        ]
        for move in moves:
            with pytest.raises(S3Error, match="InsufficientStorage"):
                move()
            assert (clock.offset, clock.is_frozen) == (0, False)


def test_a_seed_begins_at_its_time_and_makes_no_id_again(tmp_path: Path) -> None:
    began: list[Any] = []
    made: list[str] = []
    for _ in range(3):
        with S3MockServer(data_dir=tmp_path, seed=1, buckets=["photos"]) as server:
            s3 = server.s3.client()
            began.append((server.s3.clock.now().isoformat(), server.s3.clock.is_frozen))
            versioning: Any = {"Status": "Enabled"}
            s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration=versioning)
            for _ in range(2):
                made.append(s3.put_object(Bucket="photos", Key="a")["VersionId"])
                server.s3.restore(server.s3.snapshot())
    assert began == [("2026-01-01T00:00:00+00:00", True)] * 3
    assert len(set(made)) == 6
    with S3MockServer(data_dir=tmp_path, seed=1) as server:
        assert sum(1 for _ in server.s3.client().list_object_versions(Bucket="photos")["Versions"]) == 6
        server.s3.reset()
    with S3MockServer(data_dir=tmp_path, seed=1) as server:
        assert server.s3.clock.is_frozen


STEPS = 20


@pytest.mark.parametrize("numbers", [range(1, STEPS), range(STEPS, 0, -1), [5, 9, 5, 1, 9, 3, 5, 1]], ids=str)
def test_the_others_do_not_matter_where_a_part_is_kept(
    folder: DataFolder, numbers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[int] = []

    def describe(part: Any) -> tuple[Any, ...]:
        looked_at.append(part.part_number)
        return PARTS.describe(part)

    monkeypatch.setattr(database, "PARTS", replace(PARTS, describe=describe))
    with mock_s3() as mock:
        mock.cloud.keep_in(folder)
        s3 = mock.client()
        s3.create_bucket(Bucket="photos")
        upload = s3.create_multipart_upload(Bucket="photos", Key="a")["UploadId"]
        for number in numbers:
            looked_at.clear()
            s3.upload_part(Bucket="photos", Key="a", UploadId=upload, PartNumber=number, Body=b"%d" % number)
            assert set(looked_at) == {number}
        assert content(on_disk(folder)) == content(mock.cloud.store)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_forked_child_changes_nothing_in_the_folder(folder: DataFolder) -> None:
    code = f"""
import os, sys, warnings
from s3mock import S3MockServer, initial
warnings.simplefilter("ignore", DeprecationWarning)
server = S3MockServer(data_dir={str(folder.path)!r}, buckets={{"photos": {{"a": b"before"}}}})
pid = os.fork()
for key in ("b", "c"):
    initial.create(server.cloud, {{"photos" if pid else "mine": {{key: b"x" * 50_000}}}})
if not pid:
    server.stop()
    sys.exit(0)  # with all that the interpreter does at its end
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
initial.create(server.cloud, {{"photos": {{"d": b""}}}})
os.kill(os.getpid(), 9)
"""
    folder.close()
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (-signal.SIGKILL, "")
    folder.__init__(folder.path)  # type: ignore[misc]
    store = folder.load()
    assert [place[1] for place in store.buckets] == ["photos"]
    assert list(store.buckets["aws", "photos"].keys) == ["a", "b", "c", "d"]
    assert len(files_in(folder.path)) == 2


def test_a_server_without_a_data_folder_does_not_import_sqlite() -> None:
    code = """
import sys
from s3mock import S3MockServer
with S3MockServer(buckets=["photos"]):
    assert "sqlite3" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_database_that_does_not_work_is_an_internal_error_and_changes_nothing(folder: DataFolder) -> None:
    with mock_s3() as mock:
        mock.cloud.keep_in(folder)
        s3 = mock.client()
        s3.create_bucket(Bucket="photos")
        folder._connection.execute("ALTER TABLE versions RENAME TO gone")
        with pytest.raises(ClientError, match="InternalError"):
            s3.put_object(Bucket="photos", Key="a")
        folder._connection.execute("ALTER TABLE gone RENAME TO versions")
        assert s3.list_objects_v2(Bucket="photos")["KeyCount"] == 0
        s3.put_object(Bucket="photos", Key="a")
        assert content(on_disk(folder)) == content(mock.cloud.store)
