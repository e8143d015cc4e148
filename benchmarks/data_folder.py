"""What a data folder costs: puts to a server with and without one, and a server's start with many objects.

``make bench-data-folder`` runs it. The servers are processes of their own, and take turns.
"""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = {"1 KiB": 1 << 10, "16 KiB": 16 << 10, "64 KiB": 64 << 10, "1 MiB": 1 << 20}
HEADERS = {"Authorization": "AWS AKID:signature"}


@contextlib.contextmanager
def server(*options: str) -> Iterator[HTTPConnection]:
    """A connection to a new server, which is killed at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "s3mock", "--port", "0", *options], stdout=subprocess.PIPE, text=True
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


def main(arguments: list[str] | None = None) -> None:
    """Print a table of the puts, the best of some turns, and the time of a start."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--puts", type=int, default=1000)
    parser.add_argument("--objects", type=int, default=100_000)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        print("| Put of | In memory, us | With a data folder, us | Ratio |")
        print("| --- | ---: | ---: | ---: |")
        bucket = ("--bucket", "photos")
        with server(*bucket) as memory, server("--data-dir", f"{folder}/puts", *bucket) as disk:
            for name, size in SIZES.items():
                count = max(1, given.puts // (1 + size // 32768))
                turns = [[puts(connection, size, count) for connection in (memory, disk)] for _ in range(given.turns)]
                in_memory, on_disk = map(min, zip(*turns, strict=True))
                print(f"| {name} | {in_memory:.0f} | {on_disk:.0f} | {on_disk / in_memory:.2f} |")
        print(f"\nStart with {given.objects:,} objects: {start(f'{folder}/start', given.objects):.2f} s")


if __name__ == "__main__":
    main()
