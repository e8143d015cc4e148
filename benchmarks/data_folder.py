"""What a data folder costs: puts to a server with and without one, and a server's start with many objects.

The servers are processes of their own, and take turns. Times are those of a clock on the wall: to sync a disk takes no
CPU time.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection
from statistics import median

from benchmarks.measure import Row, environment, in_turns, progress, ratio

TURNS = 5
PUTS = 1000
OBJECTS = 100_000

SIZES = {"1 KiB": 1 << 10, "16 KiB": 16 << 10, "64 KiB": 64 << 10, "1 MiB": 1 << 20}
HEADERS = {"Authorization": "AWS AKID:signature"}


@contextlib.contextmanager
def server(*options: str) -> Iterator[HTTPConnection]:
    """A connection to a new server, which is killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "s3mock", "--port", "0", *options],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        connection = HTTPConnection("127.0.0.1", port)
        try:
            yield connection
        finally:
            connection.close()
            process.kill()


def ask(connection: HTTPConnection, method: str, path: str, body: bytes | None = None) -> None:
    """Send a request and read the answer, which must be a success."""
    connection.request(method, path, body, HEADERS)
    response = connection.getresponse()
    content = response.read()
    assert response.status < 300, content


def puts(connection: HTTPConnection, size: int, count: int) -> float:
    """Microseconds of a put of ``size`` bytes, from the request to the answer."""
    body = b"x" * size
    begun = time.perf_counter()
    for number in range(count):
        ask(connection, "PUT", f"/photos/{number % 1000:04}", body)
    return (time.perf_counter() - begun) / count * 1e6


def start(folder: str, objects: int) -> float:
    """Seconds until a server whose folder has this many objects of 1 KiB answers."""
    with server("--data-dir", folder, "--bucket", "photos") as connection:
        for number in range(objects):
            ask(connection, "PUT", f"/photos/folder/{number:08}.jpg", b"x" * 1024)
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        with server("--data-dir", folder) as connection:
            ask(connection, "HEAD", "/photos")
            times.append(time.perf_counter() - begun)
    return min(times)


def rows(turns: int = TURNS) -> list[Row]:
    """The puts, and the start."""
    found = []
    bucket = ("--bucket", "photos")
    with tempfile.TemporaryDirectory() as folder:
        with server(*bucket) as memory, server("--data-dir", f"{folder}/puts", *bucket) as disk:
            for name, size in SIZES.items():
                progress(f"data folder: {name}")
                count = max(1, PUTS // (1 + size // 32768))
                pairs = in_turns((memory, disk), turns, partial(puts, size=size, count=count))
                what = f"data folder: put of {name}"
                found.append(Row(what, "x memory", {"s3mock": ratio(pairs)}))
                found.append(Row(what, "us", {"s3mock": median(on_disk for _, on_disk in pairs)}))
        progress(f"data folder: {OBJECTS:,} objects")
        seconds = start(f"{folder}/start", OBJECTS)
        found.append(Row(f"data folder: start with {OBJECTS:,} objects", "s", {"s3mock": seconds}))
    return found
