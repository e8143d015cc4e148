"""The bytes of objects in the files of a folder."""

from __future__ import annotations

import errno
import gc
import os
import random
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from s3mock.backend import files
from s3mock.backend.blobs import INLINE, MEBIBYTE, Blob, BlobStore, concat
from s3mock.backend.files import FilePiece, StoredFile
from s3mock.errors import S3Error

if TYPE_CHECKING:
    from collections.abc import Iterator

POSIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and /dev/full")


def noise(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(folder=tmp_path)


def in_folder(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def piece_of(blob: Blob) -> FilePiece:
    [piece] = blob.pieces
    assert isinstance(piece, FilePiece)
    return piece


def stored(blob: Blob) -> StoredFile:
    file = piece_of(blob).file
    assert isinstance(file, StoredFile)
    return file


@pytest.mark.parametrize("size", [0, 1, INLINE])
def test_a_small_body_stays_in_memory(store: BlobStore, tmp_path: Path, size: int) -> None:
    data = noise(size)
    blob = store.spool([data])
    assert blob.pieces == (data,)
    assert not in_folder(tmp_path)


@pytest.mark.parametrize("size", [INLINE + 1, MEBIBYTE, 3 * MEBIBYTE + 7])
@pytest.mark.parametrize("chunk", [4000, MEBIBYTE, 4 * MEBIBYTE])
def test_any_other_body_is_one_complete_file(store: BlobStore, tmp_path: Path, size: int, chunk: int) -> None:
    data = noise(size)
    blob = store.spool(data[at : at + chunk] for at in range(0, size, chunk))
    file = stored(blob)
    assert in_folder(tmp_path) == [file.path]
    assert file.path == tmp_path / "objects" / file.name[:2] / file.name
    assert file.path.read_bytes() == data
    assert (blob.size, file.size, len(piece_of(blob))) == (size, size, size)
    assert blob.read() == data
    assert b"".join(blob.chunks()) == data
    assert all(len(each) <= MEBIBYTE for each in blob.chunks())


def test_pieces_of_files_and_memory_read_like_their_bytes(store: BlobStore) -> None:
    parts = [noise(size, size) for size in (100, 20_000, 0, 5, 2 * MEBIBYTE, 30_000)]
    data = b"".join(parts)
    whole = concat(store.spool([part]) for part in parts)
    copy = Blob.of_pieces(whole.pieces)
    middle = Blob.of_pieces([piece_of(store.spool([data]))[50:][: len(data) - 100]])
    assert middle.read() == data[50:-50]
    generator = random.Random(1)
    for _ in range(50):
        start, stop = generator.randrange(len(data)), generator.randrange(len(data) + 10)
        for blob in (whole, copy):
            assert blob.read(start, stop) == data[start:stop]
            assert b"".join(blob.chunks(start, stop)) == data[start:stop]
        assert middle.read(start, stop) == data[50:-50][start:stop]


def test_a_file_that_was_found_again_is_read_like_before(store: BlobStore, tmp_path: Path) -> None:
    data = noise(50_000)
    file = stored(store.spool([data]))
    again = BlobStore(folder=tmp_path)
    first, second = again.open(file.name, 10, 20_000), again.open(file.name, 20_000, 50_000)
    assert first.file is second.file
    assert Blob.of_pieces([first, second]).read() == data[10:]
    assert again.owns(first)
    assert not store.owns(first)
    with pytest.raises(FileNotFoundError):
        again.open("00" * 16, 0, 1)
    with pytest.raises(EOFError):
        again.open(file.name, 0, 50_001)


def test_bytes_from_elsewhere_are_adopted(store: BlobStore, tmp_path: Path) -> None:
    data = noise(2 * MEBIBYTE)
    other = stored(BlobStore(folder=tmp_path / "other").spool([data]))
    temporary = piece_of(BlobStore(budget=0).spool([data]))
    elsewhere: list[bytes | memoryview | FilePiece] = [data, memoryview(data)[:10], temporary, FilePiece(other, 7, 90)]
    for each in elsewhere:
        piece = store.adopt(each)
        assert store.owns(piece)
        assert piece.read() == (each.read() if isinstance(each, FilePiece) else bytes(each))


def test_a_file_is_dropped_with_its_last_piece(store: BlobStore) -> None:
    part = store.spool([noise(40_000)])
    path = stored(part).path
    whole = concat([part, Blob.of(b"end")])
    slices = piece_of(part)[5:10]
    del part
    gc.collect()
    assert store.take_dropped() == []
    del whole
    gc.collect()
    assert store.take_dropped() == []
    assert slices.read() == noise(40_000)[5:10]
    del slices
    gc.collect()
    assert store.take_dropped() == [path]
    assert store.take_dropped() == []
    assert path.exists()


def test_a_reader_in_progress_keeps_its_bytes(store: BlobStore) -> None:
    data = noise(3 * MEBIBYTE)
    blob = store.spool([data])
    reader = blob.chunks()
    begun = next(reader)
    del blob
    gc.collect()
    assert store.take_dropped() == []
    assert begun + b"".join(reader) == data
    del reader
    gc.collect()
    assert len(store.take_dropped()) == 1


@POSIX
def test_nothing_is_open_but_what_is_read(store: BlobStore) -> None:
    before = len(list(Path("/dev/fd").iterdir()))
    kept = [store.spool([noise(2 * MEBIBYTE, seed)]) for seed in range(5)]
    reader = kept[0].chunks()
    next(reader)
    kept[1].read(5, 9)
    assert len(list(Path("/dev/fd").iterdir())) == before + 1
    reader.close()  # type: ignore[attr-defined]
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_a_body_that_breaks_off_leaves_nothing(store: BlobStore, tmp_path: Path) -> None:
    def body() -> Iterator[bytes]:
        yield noise(3 * MEBIBYTE)
        assert len(in_folder(tmp_path / "incoming")) == 1
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.spool(body())
    assert not in_folder(tmp_path)


def test_the_sweep_removes_what_no_state_names(store: BlobStore, tmp_path: Path) -> None:
    kept, lost = store.spool([noise(20_000)]), store.spool([noise(30_000)])
    (tmp_path / "incoming" / "half").write_bytes(b"half")
    store.sweep({stored(kept).name})
    assert in_folder(tmp_path) == [stored(kept).path]
    assert kept.read() == noise(20_000)
    with pytest.raises(FileNotFoundError):
        lost.read()


@POSIX
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize("call", ["write", "open", "rename", "fsync"])
def test_a_full_disk_is_insufficient_storage_and_leaves_nothing(
    store: BlobStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, call: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    class Full:
        write = staticmethod(full)
        close = staticmethod(lambda: None)

    with monkeypatch.context() as patched:
        if call == "write":
            patched.setattr(files.NewFile, "write", lambda _, data: files.write_all(Full(), data))
        elif call == "fsync":
            patched.setattr(os, call, full)
        else:
            patched.setattr(Path, call, full)
        for write in (lambda: store.spool([noise(2 * MEBIBYTE)]), lambda: store.adopt(noise(20_000))):
            with pytest.raises(S3Error) as caught:
                write()
            assert (caught.value.code, caught.value.status) == ("InsufficientStorage", 507)
    assert not in_folder(tmp_path)
    assert store.spool([noise(20_000)]).read() == noise(20_000)


def test_another_failure_of_the_disk_is_not_a_full_one(store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="broken"):
        store.spool([noise(20_000)])


@POSIX
@pytest.mark.parametrize("folder", ["None", "Path(sys.argv[1])"])
def test_a_disk_that_takes_only_a_part_is_full(tmp_path: Path, folder: str) -> None:
    # The largest size of a file is a limit of a process.
    code = f"""
        import resource, sys
        from pathlib import Path
        from s3mock.backend.blobs import BlobStore
        from s3mock.errors import S3Error

        store = BlobStore(budget=0, folder={folder})
        small = b"s" * 1_100_000
        kept = store.spool([small])
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
        try:
            store.spool(b"l" * 1_000_000 for _ in range(5))
        except S3Error as error:
            print(error.status, kept.read() == small, store.spool([small]).read() == small)
    """
    answer = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (answer.stdout, answer.stderr) == ("507 True True\n", "")


@POSIX
def test_a_forked_child_reads_and_neither_writes_nor_drops(store: BlobStore, tmp_path: Path) -> None:
    data = noise(2 * MEBIBYTE)
    blobs = [store.spool([data])]
    before = in_folder(tmp_path)
    child = os.fork()
    if child == 0:  # pragma: no cover - in the child
        good = blobs[0].read() == data and store.spool([data[::-1]]).read() == data[::-1]
        blobs.clear()
        gc.collect()
        os._exit(0 if good and store.take_dropped() == [] and in_folder(tmp_path) == before else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert blobs[0].read() == data


def test_threads_write_and_read_one_folder(store: BlobStore, tmp_path: Path) -> None:
    kept: dict[int, bytes] = {}

    def write(number: int) -> None:
        kept[number] = store.spool([noise(50_000, number)]).read()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept == {number: noise(50_000, number) for number in range(8)}
    gc.collect()
    assert sorted(store.take_dropped()) == sorted(in_folder(tmp_path))


def test_a_store_without_a_folder_names_no_files() -> None:
    store = BlobStore(budget=0)
    piece = piece_of(store.spool([noise(MEBIBYTE)]))
    assert not store.owns(piece)
    assert store.take_dropped() == []
    with pytest.raises(ValueError, match="folder"):
        store.open("00" * 16, 0, 1)
    with pytest.raises(ValueError, match="folder"):
        store.adopt(b"data")
