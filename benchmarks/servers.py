"""Servers of S3 that can be installed from PyPI, side by side: start, memory, requests per second, and CPU time.

Each server has an environment of its own, and runs with its defaults. A turn starts one afresh and takes all of its
numbers; the servers take turns in an order that is reversed each time, and the table has the medians of the turns. Time
to the first answer and requests per second are those of a clock on the wall.

The client sends requests that were signed beforehand, over connections that stay open, one request at a time on each,
and looks only for the end of a response, so that the client is not the limit. Beside requests
per second stands the CPU time of the server's processes for a request, which other work on the machine disturbs less.
A server that stops answering has no number.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import selectors
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import boto3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from benchmarks.measure import ROOT, Row, in_turns, progress

TURNS = 3
PACKAGES = {name: ROOT / f".venv-server-{name}" for name in ("s3mock", "moto", "ministack", "localemu")}
"""Packages, and the environments that have them: all with the same Python."""

BUCKET = "bench"
BODY = bytes(range(256)) * 4
OBJECTS = 1000
LISTED = 100
CONNECTIONS = (1, 8)
SECONDS = 0.5
"""The time that each kind of request is sent for."""

CPU_CLOCK = 2
"""Of all threads of a process, ended ones too: ``clock_getcpuclockid`` makes a clock of this and the pid."""


class Server(NamedTuple):
    """How a server is started, and a variable that it needs; {port}, {bin} and {folder} are filled in."""

    home: Path
    command: str
    environment: str = ""


SERVERS = {
    "s3mock": Server(PACKAGES["s3mock"], "{bin}/s3mock --port {port}"),
    "moto": Server(PACKAGES["moto"], "{bin}/moto_server --port {port}"),
    "ministack": Server(PACKAGES["ministack"], "{bin}/ministack", "GATEWAY_PORT={port}"),
    "localemu": Server(PACKAGES["localemu"], "{bin}/localemu start --host 127.0.0.1 --port {port}"),
}


def group(leader: int) -> Iterator[Path]:
    """The folders below /proc of the processes that the leader of a session and its children are."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == leader:
                yield folder


def cpu(leader: int) -> float:
    """The seconds of CPU time that a session's processes have used."""
    total = 0.0
    for folder in group(leader):
        with contextlib.suppress(OSError):
            total += time.clock_gettime(~int(folder.name) << 3 | CPU_CLOCK)
    return total


def memory(leader: int) -> float:
    """The MB of memory that a session's processes hold; what several share is counted once."""
    total = 0
    for folder in group(leader):
        with contextlib.suppress(OSError):
            lines = (folder / "smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def signed(method: str, port: int, path: str, body: bytes = b"") -> bytes:
    """A request as it is sent, with a signature of version 4 of its whole body."""
    request = AWSRequest(method, f"http://127.0.0.1:{port}{path}", data=body)
    request.headers["X-Amz-Content-SHA256"] = hashlib.sha256(body).hexdigest()
    S3SigV4Auth(Credentials("test", "test"), "s3", "us-east-1").add_auth(request)
    headers = {"Host": f"127.0.0.1:{port}", "Content-Length": str(len(body)), **request.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body


def is_whole(response: bytes, *, bodiless: bool) -> bool:
    """Whether a response has been received to its end. Raises RuntimeError for any but 200."""
    head, ended, body = response.partition(b"\r\n\r\n")
    if not ended:
        return False
    if head[9:12] != b"200":
        raise RuntimeError(response.decode(errors="replace"))
    if bodiless:
        return True
    head = head.lower()
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    _, named, rest = head.partition(b"content-length:")
    return bool(named) and len(body) >= int(rest.partition(b"\r\n")[0])


def is_last(response: bytes) -> bool:
    """Whether a server closes the connection after this response."""
    head = response.partition(b"\r\n\r\n")[0].lower()
    return b"connection: close" in head or (head.startswith(b"http/1.0") and b"keep-alive" not in head)


def connected(port: int) -> socket.socket:
    """A new connection."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def send(port: int, requests: list[bytes], connections: int, enough: Callable[[int], bool]) -> int:
    """Send the requests, over and over, until ``enough(count)``; how many were answered.

    Raises RuntimeError for any status but 200, and after 5 seconds without an answer.
    """
    bodiless = requests[0].startswith(b"HEAD")
    following = itertools.cycle(requests)
    count = 0
    with selectors.DefaultSelector() as waiting, contextlib.ExitStack() as stack:

        def ask(connection: socket.socket) -> None:
            stack.enter_context(connection)
            connection.sendall(next(following))
            waiting.register(connection, selectors.EVENT_READ, bytearray())

        for _ in range(connections):
            ask(connected(port))
        while not enough(count):
            ready = waiting.select(5)
            if not ready:
                raise RuntimeError("no answer")
            for key, _ in ready:
                connection, received = key.fileobj, key.data
                assert isinstance(connection, socket.socket)
                piece = connection.recv(1 << 18)
                received += piece
                if is_whole(bytes(received), bodiless=bodiless):
                    count += 1
                    if is_last(bytes(received)):
                        waiting.unregister(connection)
                        connection.close()
                        ask(connected(port))
                    else:
                        received.clear()
                        connection.sendall(next(following))
                elif not piece:
                    raise RuntimeError("the connection was closed")
    return count


@contextlib.contextmanager
def running(name: str, server: Server) -> Iterator[tuple[int, int, float]]:
    """The server, started: its port, the leader of its processes, and the seconds until its first answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        values = {"port": port, "bin": server.home / "bin", "folder": folder}
        variable, _, value = server.environment.format(**values).partition("=")
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder} | (
            {variable: value} if variable else {}
        )
        begun = time.perf_counter()
        process = subprocess.Popen(
            server.command.format(**values).split(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=environment,
            cwd=folder,
        )
        try:
            question = [signed("GET", port, "/")]
            while True:
                with contextlib.suppress(OSError, RuntimeError):
                    send(port, question, 1, lambda count: count == 1)
                    break
                if process.poll() is not None or time.perf_counter() - begun > 30:
                    raise RuntimeError(f"{name} does not answer")
                time.sleep(0.001)
            yield port, process.pid, time.perf_counter() - begun
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def after(end: float) -> Callable[[int], bool]:
    """Whether it is later than ``end`` and at least one request was answered."""
    return lambda count: count > 0 and time.perf_counter() > end


WORDS = {"put": "PutObject, 1 KiB", "get": "GetObject, 1 KiB", "head": "HeadObject", "list": "ListObjectsV2, 100 keys"}


def turn(name: str, server: Server) -> dict[tuple[str, str], float]:
    """The numbers of one server, started afresh, by what they are of and their unit."""
    numbers: dict[tuple[str, str], float] = {}
    with running(name, server) as (port, leader, started):
        numbers["start to the first answer", "ms"] = 1000 * started
        numbers["start to the first answer, CPU time", "ms"] = 1000 * cpu(leader)
        numbers["memory at the start", "MB"] = memory(leader)
        send(port, [signed("PUT", port, f"/{BUCKET}")], 1, lambda count: count == 1)
        paths = [f"/{BUCKET}/{number // LISTED}/{number % LISTED:04}" for number in range(OBJECTS)]
        puts = [signed("PUT", port, path, BODY) for path in paths]
        send(port, puts, 1, lambda count: count >= OBJECTS)
        numbers[f"memory with {OBJECTS:,} objects", "MB"] = memory(leader)
        requests = {
            "put": puts[:LISTED],
            "get": [signed("GET", port, path) for path in paths],
            "head": [signed("HEAD", port, path) for path in paths],
            "list": [signed("GET", port, f"/{BUCKET}?list-type=2&prefix={n}%2F") for n in range(OBJECTS // LISTED)],
        }
        for kind, connections in itertools.product(requests, CONNECTIONS):
            try:
                send(port, requests[kind], connections, lambda count: count >= 20)
                used, begun = cpu(leader), time.perf_counter()
                count = send(port, requests[kind], connections, after(begun + SECONDS))
            except (OSError, RuntimeError) as error:
                progress(f"{name}, {kind}, {connections} connections: {error}")
                continue
            elapsed, busy = time.perf_counter() - begun, cpu(leader) - used
            if connections == 1:
                numbers[f"{WORDS[kind]}, CPU time", "us"] = 1e6 * busy / count
            numbers[f"{WORDS[kind]}, {connections} connection{'s'[: connections > 1]}", "requests/s"] = count / elapsed
        for kind, call in calls(port).items():
            call()
            count, begun = 0, time.perf_counter()
            while time.perf_counter() - begun < SECONDS:
                call()
                count += 1
            numbers[f"{WORDS[kind]}, by boto3", "requests/s"] = count / (time.perf_counter() - begun)
    return numbers


def calls(port: int) -> dict[str, Callable[[], Any]]:
    """The calls of a client of boto3, in one thread."""
    client: Any = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106
        config=Config(retries={"total_max_attempts": 1}),
    )
    key = {"Bucket": BUCKET, "Key": "0/0000"}
    return {
        "put": lambda: client.put_object(**key, Body=BODY),
        "get": lambda: next(iter(client.get_object(**key)["Body"])),
        "head": lambda: client.head_object(**key),
        "list": lambda: client.list_objects_v2(Bucket=BUCKET, Prefix="0/"),
    }


def rows(turns: int = TURNS) -> list[Row]:
    """The medians of each server that is installed."""
    servers = {name: server for name, server in SERVERS.items() if server.home.is_dir()}

    def take(name: str) -> dict[tuple[str, str], float]:
        progress(f"server: {name}")
        try:
            return turn(name, servers[name])
        except RuntimeError as error:
            if name == "s3mock":
                raise
            progress(f"{name} is left out: {error}")
            return {}

    rounds = in_turns(list(servers), turns, take)
    taken = {name: [each[number] for each in rounds] for number, name in enumerate(servers)}
    return [
        Row(
            f"server: {what}",
            unit,
            {
                name: statistics.median(found)
                for name, all_turns in taken.items()
                if (found := [numbers[what, unit] for numbers in all_turns if (what, unit) in numbers])
            },
        )
        for what, unit in dict.fromkeys(key for each in taken["s3mock"] for key in each)
    ]
