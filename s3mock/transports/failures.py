"""What a fault does to a connection, whatever the transport: which failure the client sees, and the time it takes."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from s3mock.http import Body

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.http import Failure, Response

DEFAULT_TIMEOUT = 60.0
"""The seconds that a client without a timeout is taken to wait: botocore's default."""

Wait = Callable[[float], None]
"""Lets some seconds pass."""


def outcome(failure: Failure, connect: float | None, read: float | None) -> tuple[str, float]:
    """The failure that a client sees instead of the response, and the seconds until then; "" if it gets the response.

    ``connect`` and ``read`` are its timeouts in seconds, None where it has none. A response later than that is a
    timeout.
    """
    if failure.kind == "connect timeout":
        return failure.kind, DEFAULT_TIMEOUT if connect is None else connect
    if failure.kind == "read timeout" or (read is not None and failure.delay >= read and not failure.kind):
        return "read timeout", DEFAULT_TIMEOUT if read is None else read
    return failure.kind, failure.delay


def wait(cloud: Cloud, seconds: float) -> None:
    """Let the mock's clock pass some seconds, or really wait if a rule says so."""
    if cloud.faults.waits:
        cloud.clock.sleep(seconds)
    else:
        cloud.faults.skip(seconds)


def pace(response: Response, wait: Wait) -> None:
    """Slow down the body of a response, if its failure says so."""
    failure = response.failure
    if failure is None or failure.pace is None:
        return
    body = response.body if isinstance(response.body, Body) else Body(response.body)
    response.body = Body(_paced(body, failure.pace, wait), body.size, body.close)


def _paced(body: Body, pace: float, wait: Wait) -> Iterator[bytes]:
    """The body in the pieces of a tenth of a second."""
    size = max(1, int(pace / 10))
    while piece := body.read(size):
        wait(len(piece) / pace)
        yield piece


def error_of(kind: str) -> OSError:
    """The exception of a socket."""
    if kind == "connect timeout":
        return TimeoutError("timed out")
    if kind == "read timeout":
        return TimeoutError("The read operation timed out")
    if kind == "refused":
        return ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
    return ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
