"""The parent's side of ``S3MockServer(process=True)``: the life of the server's process, and its control object."""

from __future__ import annotations

import contextlib
import inspect
import os
import subprocess
import sys
import tempfile
import threading
import warnings
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn, TypeVar, cast

from s3mock.backend.journal import Journal
from s3mock.control import S3
from s3mock.control.clock import MovableClock, Moved
from s3mock.control.events import KeptEvents
from s3mock.control.faults import Fault, FiredFaults
from s3mock.link import Functions, Kept, Link, LinkEndedError, Names
from s3mock.models.access_points.lambda_context import check_function

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from s3mock.models.fault import Keywords
    from s3mock.settings import Settings

Class = TypeVar("Class", bound=type)

HERE = frozenset(
    {
        "assert_called",
        "client",
        "cost",
        "resource",
        "storage_options",
        "doctor",
        "env",
        "expect",
        "fork",
        "polars_storage_options",
        "duckdb_secret_sql",
        "pyarrow_filesystem",
        "requests",
    }
)
"""The members of the control object that are those of this process: they need the server's address or its journal, or
call other members."""

NOT_HERE: Mapping[str, str] = {
    "cloud": "the state of a server with process=True is in its own process: use server.s3 and clients of S3, or a "
    "server without process=True",
}
"""The attributes of the control object that there cannot be, and what to do instead."""

# The imports of this process, also where they are not those of a new interpreter: "" would be the current folder.
_CODE = "import sys; sys.path[:] = {!r}; from s3mock.server_process import main; main()"
_SECONDS_TO_END = 5


class _Running:
    """The process of a server, with the link to it.

    Its stderr is a file rather than a pipe, which this process would have to empty while a client holds the GIL.
    """

    def __init__(self, functions: Functions) -> None:
        self.owner = os.getpid()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed by end()
        self._process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", _CODE.format(sys.path)],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
        )
        self._stdin, self._stdout = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        self.link = Link(self._stdout.fileno(), self._stdin.fileno(), _answer, functions.reference, functions.find)
        self._receiver = threading.Thread(target=self.link.run, name="s3mock-control", daemon=True)
        self._receiver.start()

    def report(self) -> str:
        """The end of the process, which has closed its end of the link, and what it wrote to stderr."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_SECONDS_TO_END)
        self._stderr.seek(0)
        text = self._stderr.read().decode(errors="replace")
        return f"the process of the server has ended with status {self._process.returncode}. {text}".rstrip()

    def forget(self) -> None:
        """Leave the process to the one that started it: this is a forked child of that."""
        self._stdin.close()
        self._stdout.close()
        self._process.returncode = 0  # or its Popen would warn of a process that is still running

    def end(self) -> None:
        """End the process, and show what it wrote to stderr."""
        if self.owner != os.getpid():
            return
        if not self.link.close(_SECONDS_TO_END):
            self._process.kill()  # it reads nothing any more
            self.link.close(_SECONDS_TO_END)
        self._stdin.close()
        try:
            self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._receiver.join(_SECONDS_TO_END)
        self._stdout.close()
        self._stderr.seek(0)
        sys.stderr.write(self._stderr.read().decode(errors="replace"))
        self._stderr.close()


class ServerProcess:
    """The process of a server, from its construction to ``stop``, and from ``start`` to the next ``stop``.

    ``arguments`` are those of ``S3MockServer`` there. ``settings`` are as they were when the process started. Raises
    what ``S3MockServer`` raises, and RuntimeError with the stderr of a process that does not start.
    """

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self.receivers: dict[str, Callable[..., Any]] = {}
        self._arguments = dict(arguments)
        self._functions = Functions()
        self._released: deque[int] = deque()
        self._file: str | None = None
        self._state: str | None = None
        self._running: _Running | None = None
        self._end: weakref.finalize[..., Any] | None = None
        _processes.add(self)
        self.settings: Settings = self._launch()

    def call(self, *request: Any) -> Any:
        """The result of a method of ``server_process.Process``. Raises its exceptions, RuntimeError without it."""
        running = self._running
        if running is None:
            raise RuntimeError("the server is stopped, and its process has ended: call start() first")
        if running.owner != os.getpid():
            raise RuntimeError("this process was forked from the one that controls the server: here only clients work")
        try:
            return running.link.call(*request)
        except LinkEndedError:
            raise RuntimeError(running.report()) from None

    def member(self, path: Names, arguments: tuple[Any, ...] | None, keywords: Mapping[str, Any]) -> Any:
        """A member of the control object, or the result of its call. Functions among the arguments stay here."""
        for value in (*(arguments or ()), *keywords.values()):
            if callable(value) and not isinstance(value, type):
                check_function(value)
                self._functions.add(value)
        released = []
        with contextlib.suppress(IndexError):
            while True:
                released.append(self._released.popleft())
        return self.call("member", path, arguments, keywords, released)

    def release(self, kept: Kept) -> None:
        """Let the process forget a kept object, with the next call: garbage may be collected in the middle of one."""
        self._released.append(kept.number)

    def control(self, endpoint: Callable[[], str], ca: str | None = None) -> S3:
        """The control object. ``endpoint`` returns the URL of the server, ``ca`` is the file of its CA."""
        return RemoteS3(self, endpoint, ca)

    def start(self) -> int:
        """Start the server, in a new process if it was stopped; return its port."""
        if self._running is None:
            self._launch()
        port: int = self.call("start")
        return port

    def stop(self) -> None:
        """Stop the server and end its process. Its state is kept in a file until the next ``start``."""
        running = self._running
        if running is None or running.owner != os.getpid() or self._end is None:
            return
        if self._file is None and self._arguments.get("data_dir") is None:
            handle, self._file = tempfile.mkstemp(prefix="s3mock-")
            os.close(handle)
            weakref.finalize(self, _remove, self._file, os.getpid())
        try:
            receiving = running.link.call("stop", self._file)
        except LinkEndedError:
            sys.stderr.write("the process of the server had ended before stop()\n")
        else:
            self.receivers = {arn: self.receivers[arn] for arn in receiving}
            self._arguments["buckets"] = ()
            self._state = self._file
        finally:
            self._running = None
            self._end()

    def after_fork(self) -> None:
        """Leave the process to its parent, in a forked child of that."""
        if self._running is not None:
            self._running.forget()

    def _launch(self) -> Settings:
        """Start the process, and create the server there, with the state and the receivers that it had before."""
        self._running = running = _Running(self._functions)
        self._end = weakref.finalize(self, running.end)
        try:
            settings: Settings = running.link.call("create", self._arguments, self._state)
            for arn, function in self.receivers.items():
                running.link.call("member", ("on_event",), (arn, function), {})
        except LinkEndedError:
            self._running = None
            raise RuntimeError(running.report()) from None
        except BaseException:
            self._running = None
            self._end()
            raise
        return settings


def _answer(name: str, *arguments: Any) -> None:
    """What the process of the server may do here: call a function, or issue a warning."""
    if name == "function":
        function, given = arguments
        function(*given)
    else:
        warnings.warn(arguments[0], stacklevel=2)


def _remove(path: str, owner: int) -> None:
    """Remove a file, but not in a forked child of the process that made it."""
    if owner == os.getpid():
        os.unlink(path)  # noqa: PTH108 - a path of tempfile is a str


_processes: weakref.WeakSet[ServerProcess] = weakref.WeakSet()


def _after_fork() -> None:
    # A server's process ends when no process has the other end of its stdin.
    for process in list(_processes):
        process.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _forwarding(path: Names) -> Callable[[Class], Class]:
    """A decorator of a class: the public members of its base are those of the object at ``path`` of the control object.

    Those that the class has itself and those in ``HERE`` stay as they are.
    """

    def decorate(cls: Class) -> Class:
        for name, member in vars(cls.__base__).items():
            if name.startswith("_") or name in HERE or name in vars(cls):
                continue
            if isinstance(member, property):
                setattr(cls, name, _forwarded_property((*path, name), member))
            elif inspect.isfunction(member):
                setattr(cls, name, _forwarded_method((*path, name), member))
        return cls

    return decorate


def _forwarded_property(path: Names, member: property) -> property:
    return property(lambda self: self._member(path, None, {}), doc=member.__doc__)


def _forwarded_method(path: Names, member: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(member)
    def forward(self: Any, *arguments: Any, **keywords: Any) -> Any:
        return self._member(path, arguments, keywords)

    return forward


@_forwarding(("clock",))
class RemoteClock(MovableClock):
    """The clock of a server in another process."""

    def __init__(self, process: ServerProcess) -> None:
        self._process = process

    def _member(self, path: Names, arguments: tuple[Any, ...] | None, keywords: Mapping[str, Any]) -> Any:
        result = self._process.member(path, arguments, keywords)
        return result.of(self) if isinstance(result, Moved) else result

    def _return_to(self, state: tuple[float, float | None]) -> None:
        self._process.member(("clock", "_return_to"), (state,), {})


class RemoteEvents(KeptEvents):
    """The events of a server in another process, as they were at the time of the call."""

    _process: ServerProcess

    def __new__(cls, process: ServerProcess) -> Self:
        """The events of now."""
        events = super().__new__(cls, process.member(("events",), None, {}))
        events._process = process
        return events

    def clear(self) -> None:
        """Forget all events of the server so far; later ones are kept."""
        self._process.member(("events", "clear"), (), {})


@_forwarding(())
class RemoteFault(Fault):
    """A fault rule of a server in another process."""

    def __init__(self, process: ServerProcess, kept: Kept) -> None:
        self._process, self._kept = process, kept

    def __del__(self) -> None:
        self._process.release(self._kept)

    def _member(self, path: Names, arguments: tuple[Any, ...] | None, keywords: Mapping[str, Any]) -> Any:
        return self._process.member((self._kept.number, *path), arguments, keywords)

    def __repr__(self) -> str:
        return str(self._member(("__repr__",), (), {}))


@_forwarding(("faults",))
class RemoteFaults(FiredFaults):
    """The faults of a server in another process, as they were at the time of the call."""

    _process: ServerProcess

    def __new__(cls, process: ServerProcess) -> Self:
        """The faults of now."""
        faults = super().__new__(cls, process.member(("faults",), None, {}))
        faults._process = process
        return faults

    def _member(self, path: Names, arguments: tuple[Any, ...] | None, keywords: Mapping[str, Any]) -> Any:
        return self._process.member(path, arguments, keywords)

    def load(self, rows: str | Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> tuple[Fault, ...]:
        """Add rules: see ``FiredFaults.load``."""
        loaded = self._process.member(("faults", "load"), (rows,), {})
        return tuple(RemoteFault(self._process, kept) for kept in loaded)


@_forwarding(("_journal",))
class RemoteJournal(Journal):
    """The journal of a server in another process."""

    def __init__(self, process: ServerProcess) -> None:
        # Without that of Journal, which would need a place for the entries.
        self._member = process.member
        self.number = partial(process.member, ("_journal", "number"), (), {})


@_forwarding(())
class RemoteS3(S3):
    """The control object of a server in another process: its members are called there, except those in ``HERE``."""

    def __init__(self, process: ServerProcess, endpoint: Callable[[], str], ca: str | None) -> None:
        # Without that of S3, which would need the cloud.
        self.settings = process.settings
        self.ended = False
        self._patches = None
        self._ca = ca
        self._endpoint = self._serve = endpoint
        self._process = process
        self._member = process.member

    __str__ = _forwarded_method(("__str__",), S3.__str__)
    _repr_html_ = _forwarded_method(("_repr_html_",), S3._repr_html_)

    @property
    def cloud(self) -> NoReturn:  # type: ignore[override]
        """It is in the other process. Raises RuntimeError."""
        raise RuntimeError(NOT_HERE["cloud"])

    @property
    def _journal(self) -> Journal:
        return RemoteJournal(self._process)

    @property
    def clock(self) -> MovableClock:
        """The clock of the server: see ``S3.clock``."""
        return RemoteClock(self._process)

    @property
    def events(self) -> KeptEvents:
        """The events of the server: see ``S3.events``."""
        return RemoteEvents(self._process)

    def load_dir(self, path: str | os.PathLike[str], bucket: str, prefix: str = "") -> None:
        """Put an object for each file in a folder: see ``S3.load_dir``."""
        self._member(("load_dir",), (Path(path).absolute(), bucket, prefix), {})

    def dump_dir(self, path: str | os.PathLike[str], bucket: str, prefix: str = "") -> int:
        """Write the objects of a bucket to files: see ``S3.dump_dir``."""
        number: int = self._member(("dump_dir",), (Path(path).absolute(), bucket, prefix), {})
        return number

    def fail(self, operation: str | Iterable[str] = "*", **keywords: Unpack[Keywords]) -> Fault:
        """Let requests fail: see ``S3.fail``."""
        return RemoteFault(self._process, self._process.member(("fail",), (operation,), dict(keywords)))

    @property
    def faults(self) -> FiredFaults:
        """The faults that requests have met: see ``S3.faults``."""
        return RemoteFaults(self._process)

    def on_event(self, arn: str, function: Any = None) -> Any:
        """Let a function of this process receive what S3 sends to ``arn``: see ``S3.on_event``."""
        if function is None:
            return super().on_event(arn)
        self._process.member(("on_event",), (arn, function), {})
        self._process.receivers[arn] = function
        return function
