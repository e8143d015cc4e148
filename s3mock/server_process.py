"""The process of ``S3MockServer(process=True)``, which ``s3mock.remote_control`` starts and controls."""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from s3mock.backend import ids
from s3mock.backend.notification import DeliveryWarning
from s3mock.control.faults import Fault
from s3mock.link import Kept, Link, Names, Reference, RemoteFunction
from s3mock.server import S3MockServer
from s3mock.settings import TABLE

if TYPE_CHECKING:
    from s3mock.settings import Settings

_SECONDS_TO_STOP = 0.8
_SECONDS_OF_A_FUNCTION = 20
"""How long a request waits for a function of the other process, which cannot run while the client holds the GIL."""


class Process:
    """The server in this process, and what the other process may do with it: each public method, by its name.

    ``link`` leads to the other process.
    """

    def __init__(self, incoming: int, outgoing: int) -> None:
        self.link = Link(incoming, outgoing, self._answer, self._reference, self._function)
        self._kept: dict[int, Fault] = {}
        self._numbers = count(os.getpid() << 32)  # not those of the process before this one
        self._server: S3MockServer | None = None

    @property
    def server(self) -> S3MockServer:
        """The server. Raises RuntimeError before it has been created."""
        if self._server is None:
            raise RuntimeError("there is no server yet")
        return self._server

    def create(self, arguments: Mapping[str, Any], state: str | None) -> Settings:
        """Create the server, with the state that ``stop`` has written to a file; return its settings as they are now.

        Raises what S3MockServer raises, and SettingError for an invalid variable of the environment.
        """
        self._server = server = S3MockServer(**arguments)
        settings = server.cloud.settings
        settings.given = {keyword: getattr(settings, keyword) for keyword in TABLE}
        if state is not None:
            store, sequence = self.link.load(state)
            ids.follow(sequence)
            server.cloud.restore(store)
        return settings

    def start(self) -> int:
        """Start the server; return its port."""
        self.server.start()
        return self.server.port

    def stop(self, state: str | None) -> tuple[str, ...]:
        """Stop the server, and write its state to a file; return the ARNs whose events go to functions."""
        self.server.stop()
        if state is not None:
            # Put in its place when it is complete: the last one stays if this process dies here.
            self.link.dump((self.server.cloud.snapshot(), ids.sequence()), f"{state}~")
            os.replace(f"{state}~", state)  # noqa: PTH105 - a path of tempfile is a str
        return tuple(self.server.cloud.events.functions)

    def member(
        self,
        path: Names,
        arguments: tuple[Any, ...] | None,
        keywords: Mapping[str, Any],
        released: Iterable[int] = (),
    ) -> Any:
        """A member of the control object, such as ``("clock", "offset")``, or its result if there are arguments.

        ``released`` are the numbers of kept objects that the other process uses no more.
        """
        for number in released:
            self._kept.pop(number, None)
        value: Any = self.server.s3
        for name in path:
            value = self._kept[name] if isinstance(name, int) else getattr(value, name)
        return value if arguments is None else value(*arguments, **keywords)

    def _answer(self, name: str, *arguments: Any) -> Any:
        return getattr(self, name)(*arguments)

    def _reference(self, value: object) -> Reference | Kept | None:
        if type(value) is RemoteFunction:
            return value.reference
        if type(value) is Fault:
            kept = Kept(next(self._numbers))
            self._kept[kept.number] = value
            return kept
        return None

    def _function(self, reference: Reference) -> RemoteFunction:
        return RemoteFunction(reference, self._call)

    def _call(self, function: RemoteFunction, arguments: tuple[Any, ...]) -> None:
        timeout = None if self.link.is_answering else _SECONDS_OF_A_FUNCTION
        self.link.call("function", function, arguments, timeout=timeout)


def _show(process: Process, show: Any, message: Any, category: type[Warning], *place: Any) -> None:
    """Issue a warning about a delivery in the other process; show any other one here."""
    if issubclass(category, DeliveryWarning):
        process.link.call("warn", message)
    else:
        show(message, category, *place)


def main() -> None:
    """Do what the process at the other end of stdin and stdout calls for, until it closes its end or ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # which a terminal sends to both processes: the other one decides
    process = Process(os.dup(0), os.dup(1))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # whatever is printed must not get among the messages
    warnings.simplefilter("always", DeliveryWarning)  # the filters of the other process decide
    warnings.showwarning = partial(_show, process, warnings.showwarning)
    process.link.run()
    if process._server is not None:  # noqa: SLF001
        stop = threading.Thread(target=process.server.stop, daemon=True)
        stop.start()
        stop.join(_SECONDS_TO_STOP)
    sys.stderr.flush()
    os._exit(0)  # nothing may keep the process: a thread of a library, a request that never ends
