"""Calls between two processes, in both directions, over two pipes.

Pipes rather than sockets: nobody else can connect, so there is no secret; they leave no file behind; what patches
sockets in a test does not see them; and their end tells each process that the other one is gone.

What is sent is pickled. Functions stay where they are: the other process gets a ``RemoteFunction``, which calls back.
"""

from __future__ import annotations

import inspect
import io
import itertools
import os
import pickle
import struct
import sys
import threading
import traceback
from collections.abc import Callable, ItemsView, KeysView, ValuesView
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import GeneratorType, MappingProxyType
from typing import Any, NamedTuple, NoReturn

_CALL, _RESULT, _ERROR = range(3)
_HEAD = struct.Struct(">BQQQ")
"""The kind of a message, the number of its call, the number of the call that this is made for, the size of the rest."""

_PIECE = 1 << 20
_KNOWN = sys.stdlib_module_names | {"s3mock"}
"""The modules whose exceptions both processes know; those of the user's modules would have to import these again."""


Names = tuple[str | int, ...]
"""The names of a member below the control object; a number instead of the first one is that of a ``Kept`` object."""


class LinkEndedError(Exception):
    """The other process has ended."""


class RemoteError(Exception):
    """The traceback of an error in the other process, as that error's cause."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


class Reference(NamedTuple):
    """What one process knows of a function in the other: enough to check how it can be called.

    ``signature`` is None where the function does not say how it can be called.
    """

    number: int
    name: str
    text: str
    signature: inspect.Signature | None


class Kept(NamedTuple):
    """An object that stays in the other process, by its number there, until this process says that it is released."""

    number: int


class Functions:
    """The functions of this process that the other one may call."""

    def __init__(self) -> None:
        self._functions: dict[int, tuple[Callable[..., Any], Reference]] = {}

    def add(self, function: Callable[..., Any]) -> None:
        """Let the other process call ``function``, which it gets instead as a ``RemoteFunction``."""
        name = getattr(function, "__name__", type(function).__name__)
        reference = Reference(id(function), name, repr(function), _signature(function))
        self._functions[id(function)] = function, reference  # which is kept, and so its id stays its own

    def reference(self, value: object) -> Reference | None:
        """The reference to a function that was added; None for any other value, which is sent as it is."""
        entry = self._functions.get(id(value))
        return None if entry is None else entry[1]

    def find(self, reference: Reference | Kept) -> Any:
        """The function that the other process refers to; of an object there the reference itself."""
        return reference if isinstance(reference, Kept) else self._functions[reference.number][0]


def _signature(function: Callable[..., Any]) -> inspect.Signature | None:
    """How a function can be called, without annotations and the values of defaults, which need not be known there."""
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):  # some builtins have none
        return None
    empty = inspect.Parameter.empty
    parameters = [
        inspect.Parameter(name, given.kind, default=empty if given.default is empty else None)
        for name, given in signature.parameters.items()
    ]
    return inspect.Signature(parameters)


class RemoteFunction:
    """A function of the other process. A call of it returns nothing."""

    def __init__(self, reference: Reference, call: Callable[[RemoteFunction, tuple[Any, ...]], None]) -> None:
        self.reference = reference
        self.__name__ = reference.name
        self.__signature__ = reference.signature
        self._call = call

    def __call__(self, *arguments: Any) -> None:
        """Call the function there. Raises its exception."""
        self._call(self, arguments)

    def __repr__(self) -> str:
        return self.reference.text


_UNPICKLED = (KeysView, ValuesView, ItemsView, GeneratorType, map, filter, zip)
"""Iterables that cannot be pickled, and are sent as lists."""


def _read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)  # whose class pickle does not find


class _Pickler(pickle.Pickler):
    def __init__(self, file: Any, reference: Callable[[object], Reference | Kept | None]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._reference = reference

    def persistent_id(self, obj: Any) -> Reference | Kept | None:
        return self._reference(obj)

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, MappingProxyType):
            return _read_only, (dict(obj),)
        if isinstance(obj, _UNPICKLED):
            return list, (list(obj),)
        if isinstance(obj, memoryview):
            return bytes, (bytes(obj),)
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: Any, find: Callable[[Any], Any]) -> None:
        super().__init__(file)
        self._find = find

    def persistent_load(self, pid: Any) -> Any:
        return self._find(pid)


class Link:
    """One end of the two pipes. ``answer`` is called for what the other end calls, in as many threads as it takes.

    A thread that waits for a result answers the calls that the other process makes for it, so that a function runs in
    the thread whose call led to it; each other call is answered in a thread of its own.

    ``reference`` and ``find`` turn what is not sent, such as functions, into references and back.
    """

    def __init__(
        self,
        incoming: int,
        outgoing: int,
        answer: Callable[..., Any],
        reference: Callable[[object], Reference | Kept | None],
        find: Callable[[Any], Any],
    ) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        self._answer = answer
        self._reference, self._find = reference, find
        self._numbers = itertools.count(1)
        self._waiting: dict[int, SimpleQueue[tuple[int, int, bytes] | None]] = {}
        self._sending = threading.Lock()
        self._here = threading.local()
        self._ended = False

    @property
    def is_answering(self) -> bool:
        """Whether this thread is answering a call of the other process."""
        return bool(getattr(self._here, "answering", 0))

    def call(self, *request: Any, timeout: float | None = None) -> Any:
        """What ``answer`` of the other process returns for ``request``. Raises its exception.

        Raises LinkEndedError, TypeError for what cannot be sent, TimeoutError after ``timeout`` seconds.
        """
        payload = self._pickled(request)
        number = next(self._numbers)
        messages: SimpleQueue[tuple[int, int, bytes] | None] = SimpleQueue()
        self._waiting[number] = messages
        try:
            if self._ended:
                raise LinkEndedError
            self._send(_CALL, number, getattr(self._here, "answering", 0), payload)
            while True:
                message = messages.get(timeout=timeout)
                if message is None:
                    raise LinkEndedError
                kind, other, payload = message
                if kind == _CALL:
                    self._reply(other, payload)
                elif kind == _RESULT:
                    return self._unpickled(payload)
                else:
                    _raise(*self._unpickled(payload))
        except Empty:
            raise TimeoutError(f"no answer within {timeout} seconds") from None
        finally:
            del self._waiting[number]

    def run(self) -> None:
        """Receive messages until the other process closes its end."""
        try:
            while True:
                kind, number, made_for, size = _HEAD.unpack(self._read(_HEAD.size))
                payload = self._read(size)
                messages = self._waiting.get(made_for if kind == _CALL else number)
                if messages is not None:
                    messages.put((kind, number, payload))
                elif kind == _CALL:
                    threading.Thread(target=self._reply, args=(number, payload), daemon=True).start()
        except (EOFError, OSError):
            self._ended = True
            for messages in list(self._waiting.values()):
                messages.put(None)

    def close(self, seconds: float) -> bool:
        """Send nothing from now on, so that the pipe can be closed; False if a message does not get through in time.

        A late answer would otherwise be written to whatever has got the pipe's number by then.
        """
        if not self._sending.acquire(timeout=seconds):
            return False
        self._outgoing = -1
        self._sending.release()
        return True

    def dump(self, value: object, path: str) -> None:
        """Write a value to a file, as it would be sent."""
        with open(path, "wb") as file:  # noqa: PTH123 - pathlib would be one more import
            _Pickler(file, self._reference).dump(value)

    def load(self, path: str) -> Any:
        """The value in a file that ``dump`` has written."""
        with open(path, "rb") as file:  # noqa: PTH123
            return _Unpickler(file, self._find).load()

    def _reply(self, number: int, payload: bytes) -> None:
        """Answer a call, and send the result or the error."""
        outer = getattr(self._here, "answering", 0)
        self._here.answering = number
        try:
            kind, reply = _RESULT, self._pickled(self._answer(*self._unpickled(payload)))
        except BaseException as error:
            kind, reply = _ERROR, self._pickled_error(error)
            if not isinstance(error, Exception):  # such as an interrupt, which is for this thread
                raise
        finally:
            self._here.answering = outer
            with suppress(LinkEndedError):
                self._send(kind, number, 0, reply)

    def _send(self, kind: int, number: int, made_for: int, payload: bytes) -> None:
        message = memoryview(_HEAD.pack(kind, number, made_for, len(payload)) + payload)
        with self._sending:
            try:
                while message:
                    message = message[os.write(self._outgoing, message) :]
            except OSError:
                raise LinkEndedError from None

    def _read(self, size: int) -> bytes:
        pieces = []
        while size:
            piece = os.read(self._incoming, min(size, _PIECE))
            if not piece:
                raise EOFError
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _pickled(self, value: object) -> bytes:
        """Raises TypeError for what cannot be sent."""
        content = io.BytesIO()
        try:
            _Pickler(content, self._reference).dump(value)
        except Exception as error:  # whatever the value's own code raises
            raise TypeError(f"this cannot be sent to another process: {error}") from error
        return content.getvalue()

    def _unpickled(self, payload: bytes) -> Any:
        """Raises TypeError for values of classes that only the other process knows."""
        try:
            return _Unpickler(io.BytesIO(payload), self._find).load()
        except Exception as error:
            raise TypeError(f"this cannot be received from another process: {error}") from error

    def _pickled_error(self, error: BaseException) -> bytes:
        """An error: itself if the other process knows its class, its name and text, and its traceback."""
        text = "".join(traceback.format_exception(error))
        named = type(error).__name__, str(error), text
        if type(error).__module__.partition(".")[0] in _KNOWN and isinstance(error, Exception):
            with suppress(TypeError):
                payload = self._pickled((error, *named))
                self._unpickled(payload)
                return payload
        return self._pickled((None, *named))


def _raise(error: Exception | None, name: str, message: str, text: str) -> NoReturn:
    """Raise an error of the other process: itself, or where its class is unknown here, one with its name."""
    raise error or type(name, (Exception,), {})(message) from RemoteError(text)
