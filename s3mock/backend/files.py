"""Files with the bytes of objects: named ones that are kept in a folder, and unnamed ones that end with the process."""

from __future__ import annotations

import contextlib
import errno
import os
import weakref
from collections import deque
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakValueDictionary

from s3mock.errors import S3Error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from typing import TypeAlias

    Read: TypeAlias = Callable[[int, int], bytes]

CHUNK = 1 << 20  # the most bytes that are read at a time
FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})


class File(Protocol):
    """A file that pieces can be of."""

    def opened(self) -> AbstractContextManager[Read]:
        """The function that reads the file, until the end of the ``with``."""
        ...


class FilePiece:
    """The bytes of a file from ``start`` to ``stop`` (excluded). A slice of it is another piece; nothing is kept open.

    The file exists for as long as there is a piece of it.
    """

    __slots__ = ("file", "start", "stop")

    def __init__(self, file: File, start: int, stop: int) -> None:
        self.file = file
        self.start = start
        self.stop = stop

    def __len__(self) -> int:
        return self.stop - self.start

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process has neither our folders nor our unnamed files: it gets the bytes.
        if isinstance(self.file, (StoredFile, Segment)):
            return bytes, (self.read(),)
        return FilePiece, (self.file, self.start, self.stop)

    def __getitem__(self, part: slice) -> FilePiece:
        start, stop, _ = part.indices(len(self))
        return FilePiece(self.file, self.start + start, self.start + max(start, stop))

    def follows(self, other: FilePiece) -> bool:
        """Whether it begins where another piece of the same file ends."""
        return self.file is other.file and self.start == other.stop

    def read(self) -> bytes:
        """All of its bytes."""
        with self.file.opened() as read:
            return read(self.start, len(self))

    def chunks(self) -> Iterator[bytes]:
        """Iterate over its bytes, at most 1 MiB at a time."""
        with self.file.opened() as read:
            for at in range(self.start, self.stop, CHUNK):
                yield read(at, min(CHUNK, self.stop - at))


if hasattr(os, "pread"):

    def _read(descriptor: int, start: int, size: int) -> bytes:
        # A descriptor's offset is shared with other threads and forked children.
        return os.pread(descriptor, size, start)

else:  # Windows: a process has no forked children there
    _seeking = Lock()

    def _read(descriptor: int, start: int, size: int) -> bytes:
        with _seeking:
            os.lseek(descriptor, start, os.SEEK_SET)
            return os.read(descriptor, size)


def read_at(descriptor: int, start: int, size: int) -> bytes:
    """``size`` bytes of a file from ``start``. Raises EOFError where it ends before."""
    data = _read(descriptor, start, size)
    if len(data) == size:
        return data
    pieces = [data]  # the system returns at most 2 GiB at a time
    while data and (size := size - len(data)):
        start += len(data)
        data = _read(descriptor, start, size)
        pieces.append(data)
    if size:
        raise EOFError(f"a file with an object's bytes ends {size} bytes too early")
    return b"".join(pieces)


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Raises InsufficientStorage where the disk, a quota or the largest size of a file is used up in the block."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise S3Error("InsufficientStorage") from error
        raise


@contextlib.contextmanager
def unless_full() -> Iterator[None]:
    """Leave the block early where the disk is full, for what S3 may also leave out."""
    try:
        yield
    except S3Error as error:
        if error.code != "InsufficientStorage":
            raise


def write_all(file: Any, data: bytes | memoryview) -> None:
    """Write all of ``data`` to an unbuffered file, which may take less at a time. Raises InsufficientStorage."""
    rest = memoryview(data)
    with writing():
        while rest:
            rest = rest[file.write(rest) :]


class StoredFile:
    """A file in a ``Folder``. When the last piece of it is gone, it is one of the folder's dropped files."""

    __slots__ = ("__weakref__", "folder", "name", "size")

    def __init__(self, folder: Folder, name: str, size: int) -> None:
        self.folder = folder
        self.name = name
        self.size = size

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.folder.path_of(self.name)

    @contextlib.contextmanager
    def opened(self) -> Iterator[Read]:
        """Each reader has a descriptor of its own, which is closed at the end."""
        descriptor = os.open(self.folder.place(self.name), os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            yield partial(read_at, descriptor)
        finally:
            os.close(descriptor)

    def __del__(self) -> None:
        # In any thread and at any time, even while this thread holds a lock: nothing is removed here.
        self.folder.dropped.append(self.name)

    def __repr__(self) -> str:
        return f"<StoredFile {self.name} of {self.size} bytes>"


class Folder:
    """A folder of files that are written once: ``incoming`` has those being written, ``objects`` the complete ones."""

    def __init__(self, path: Path, make_room: Callable[[], None] = lambda: None) -> None:
        self.path = path
        self.make_room = make_room
        self.incoming, self.objects = path / "incoming", path / "objects"
        self.incoming.mkdir(parents=True, exist_ok=True)
        self.objects.mkdir(exist_ok=True)
        self.dropped: deque[str] = deque()
        self._files: WeakValueDictionary[str, StoredFile] = WeakValueDictionary()
        self._place = str(self.objects)
        self._lock = Lock()

    def new(self) -> NewFile:
        """A file to be written. Raises InsufficientStorage."""
        return NewFile(self, os.urandom(16).hex())

    def place(self, name: str) -> str:
        """The path of the file with a name: in one of 256 folders, so that none becomes slow.

        As text: for 100,000 files, Path would take half a second, and 25 MB if it were kept.
        """
        return f"{self._place}/{name[:2]}/{name}"

    def path_of(self, name: str) -> Path:
        """The path of the file with a name."""
        return Path(self.place(name))

    def file(self, name: str) -> StoredFile:
        """The file with a name; all that ask for one get the same. Raises FileNotFoundError."""
        with self._lock:
            file = self._files.get(name)
            if file is None:
                file = self._files[name] = StoredFile(self, name, os.stat(self.place(name)).st_size)  # noqa: PTH116
            return file

    def has(self, piece: FilePiece) -> bool:
        """Whether a piece is of a file in this folder."""
        return isinstance(piece.file, StoredFile) and piece.file.folder is self

    def sweep(self, names: set[str]) -> None:
        """Remove all files but the complete ones with these ``names``. Nobody else may use the folder meanwhile."""
        for path in self.incoming.iterdir():
            remove(path)
        # What is no folder is not ours: macOS leaves its .DS_Store wherever somebody has looked.
        for folder in filter(Path.is_dir, self.objects.iterdir()):
            for path in folder.iterdir():
                if path.name not in names:
                    remove(path)


class NewFile:
    """A file in the making: written in ``incoming``, and a piece of a stored file once it is kept."""

    def __init__(self, folder: Folder, name: str) -> None:
        self._folder = folder
        self._name = name
        self._path = folder.incoming / name
        self._size = 0
        with writing():
            self._file = self._path.open("xb", buffering=0)

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes. Raises InsufficientStorage."""
        try:
            write_all(self._file, data)
        except S3Error:
            self._folder.make_room()
            write_all(self._file, memoryview(data)[self._file.tell() - self._size :])
        self._size += len(data)

    def keep(self) -> FilePiece:
        """Complete the file: all of it, as a piece. Raises InsufficientStorage.

        Its bytes are on the disk when this returns. So is its name where syncing a file that was renamed writes that,
        too, as ext4, XFS and Btrfs do; syncing the folder as well takes twice the time (6.6 instead of 3.3 ms).
        """
        path = self._folder.path_of(self._name)
        with writing():
            self._file.close()
            path.parent.mkdir(exist_ok=True)
            self._path = self._path.rename(path)
            with path.open("r+b", buffering=0) as file:
                os.fsync(file.fileno())
        return FilePiece(self._folder.file(self._name), 0, self._size)

    def discard(self) -> None:
        """Remove the file."""
        self._file.close()
        remove(self._path)


def remove(path: Path) -> None:
    """Remove a file if that is possible: Windows keeps one that is open, and then the next start removes it."""
    with contextlib.suppress(OSError):
        path.unlink()


class Segment:
    """An unnamed temporary file, filled from the start. It disappears with the last piece of it, or with the process.

    Many pieces share one file, since it is open for as long as it exists.
    """

    __slots__ = ("__weakref__", "_file", "_size", "free")

    def __init__(self, size: int) -> None:
        import tempfile  # noqa: PLC0415 - a server starts without it

        with writing():
            self._file = tempfile.TemporaryFile(prefix="s3mock-", buffering=0)  # noqa: SIM115  closed with the segment
        weakref.finalize(self, self._file.close)
        self._size = self.free = size

    def append(self, data: bytes) -> FilePiece:
        """Append ``data``, for which there must be room. Raises InsufficientStorage."""
        start = self._size - self.free
        self._file.seek(start)
        write_all(self._file, data)
        self.free -= len(data)
        return FilePiece(self, start, start + len(data))

    @contextlib.contextmanager
    def opened(self) -> Iterator[Read]:
        """All readers use the one descriptor of the file."""
        yield partial(read_at, self._file.fileno())
