"""Servers of S3 that can be installed from PyPI, side by side: start, memory, and requests per second.

``make bench-servers`` makes an environment for each and runs this; ``ARGS=--write`` updates docs/performance.md.
Each server runs with its defaults. A turn starts one afresh and takes all of its numbers; the servers take turns in an
order that is reversed each time, and the table has the medians of the turns.

The client sends requests that were signed beforehand, over connections that stay open, one request at a time on each,
and looks only for the end of a response, so that the client is not the limit. Beside requests
per second stands the CPU time of the server's processes for a request, which other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import itertools
import math
import os
import platform
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import boto3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
BEGINNING = "<!-- printed by `make bench-servers` -->\n"

BUCKET = "bench"
BODY = bytes(range(256)) * 4
OBJECTS = 1000
LISTED = 100
CONNECTIONS = (1, 8)
SECONDS = 1.0
"""The time that each kind of request is sent for."""

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A server, the package of its version, and how it is started; {port}, {bin} and {folder} are filled in."""

    name: str
    package: str
    command: str
    environment: str = ""

    @property
    def home(self) -> Path:
        """Its environment."""
        return Path(sys.prefix) if self.package == "s3mock" else ROOT / f".venv-server-{self.package}"


SERVERS = (
    Server("s3mock", "s3mock", "{bin}/s3mock --port {port}"),
    Server("s3mock --data-dir", "s3mock", "{bin}/s3mock --port {port} --data-dir {folder}/data"),
    Server("moto_server", "moto", "{bin}/moto_server --port {port}"),
    Server("ministack", "ministack", "{bin}/ministack", "GATEWAY_PORT={port}"),
    Server("localemu", "localemu", "{bin}/localemu start --host 127.0.0.1 --port {port}"),
)


def group(leader: int) -> Iterator[Path]:
    """The folders below /proc of the processes that the leader of a session and its children are."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == leader:
                yield folder


def cpu(leader: int) -> float:
    """The seconds of CPU time that a session's processes have used."""
    total = 0
    for folder in group(leader):
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


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

    Raises RuntimeError for any status but 200, and after 30 seconds without an answer.
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
            ready = waiting.select(30)
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
def running(server: Server) -> Iterator[tuple[int, int, float]]:
    """The server, started: its port, the leader of its processes, and the seconds until its first answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        values = {"port": port, "bin": server.home / "bin", "folder": folder}
        name, _, value = server.environment.format(**values).partition("=")
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder} | ({name: value} if name else {})
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
                if process.poll() is not None or time.perf_counter() - begun > 120:
                    raise RuntimeError(f"{server.name} does not answer")
                time.sleep(0.001)
            yield port, process.pid, time.perf_counter() - begun
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def after(end: float) -> Callable[[int], bool]:
    """Whether it is later than ``end`` and at least one request was answered."""
    return lambda count: count > 0 and time.perf_counter() > end


def turn(server: Server, seconds: float) -> dict[str, float]:
    """The numbers of one server, started afresh."""
    numbers: dict[str, float] = {}
    with running(server) as (port, leader, started):
        numbers["start"] = 1000 * started
        numbers["start, CPU"] = 1000 * cpu(leader)
        numbers["memory"] = memory(leader)
        send(port, [signed("PUT", port, f"/{BUCKET}")], 1, lambda count: count == 1)
        paths = [f"/{BUCKET}/{number // LISTED}/{number % LISTED:04}" for number in range(OBJECTS)]
        puts = [signed("PUT", port, path, BODY) for path in paths]
        send(port, puts, 1, lambda count: count >= OBJECTS)
        numbers["memory, filled"] = memory(leader)
        requests = {
            "put": puts[:LISTED],
            "get": [signed("GET", port, path) for path in paths],
            "head": [signed("HEAD", port, path) for path in paths],
            "list": [signed("GET", port, f"/{BUCKET}?list-type=2&prefix={n}%2F") for n in range(OBJECTS // LISTED)],
        }
        for name, connections in itertools.product(requests, CONNECTIONS):
            try:
                send(port, requests[name], connections, lambda count: count >= 20)
                used, begun = cpu(leader), time.perf_counter()
                count = send(port, requests[name], connections, after(begun + seconds))
            except (OSError, RuntimeError) as error:
                print(f"{server.name}, {name}, {connections} connections: {error}", file=sys.stderr)
                continue
            numbers[f"{name} {connections}"] = count / (time.perf_counter() - begun)
            if connections == 1:
                numbers[f"{name} CPU"] = 1e6 * (cpu(leader) - used) / count
        client: Any = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106
            config=Config(retries={"total_max_attempts": 1}),
        )
        key = {"Bucket": BUCKET, "Key": "0/0000"}
        calls: dict[str, Callable[[], Any]] = {
            "put": lambda: client.put_object(**key, Body=BODY),
            "get": lambda: next(iter(client.get_object(**key)["Body"])),
            "head": lambda: client.head_object(**key),
            "list": lambda: client.list_objects_v2(Bucket=BUCKET, Prefix="0/"),
        }
        for name, call in calls.items():
            call()
            count, begun = 0, time.perf_counter()
            while time.perf_counter() - begun < seconds:
                call()
                count += 1
            numbers[f"{name} boto3"] = count / (time.perf_counter() - begun)
    return numbers


def version(server: Server) -> str:
    """The installed version of a server's package."""
    code = f"from importlib.metadata import version; print(version({server.package!r}))"
    return subprocess.run(
        [str(server.home / "bin" / "python"), "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def table(title: str, columns: list[str], rows: dict[str, list[float]]) -> str:
    """A table of numbers, each row with its name first; "-" is a server that did not answer."""
    lines = [f"| {title} | {' | '.join(columns)} |", "| --- |" + " ---: |" * len(columns)]
    for name, numbers in rows.items():
        cells = ["-" if math.isnan(number) else f"{number:,.0f}" for number in numbers]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def report(servers: list[Server], turns: dict[str, list[dict[str, float]]]) -> str:
    """The section of docs/performance.md."""
    medians = {
        name: {key: statistics.median(turn[key] for turn in taken if key in turn) for key in set().union(*taken)}
        for name, taken in turns.items()
    }

    def rows(keys: list[str]) -> dict[str, list[float]]:
        return {name: [numbers.get(key, math.nan) for key in keys] for name, numbers in medians.items()}

    words = {"put": "PutObject", "get": "GetObject", "head": "HeadObject", "list": "ListObjectsV2"}
    start = {
        "start": "First answer, ms",
        "start, CPU": "CPU time until then, ms",
        "memory": "Memory then, MB",
        "memory, filled": "With 1,000 objects, MB",
    }
    plain = {f"{kind} {n}": f"{words[kind]}, {n}" for kind in words for n in CONNECTIONS}
    versions = ", ".join(dict.fromkeys(f"{server.package} {version(server)}" for server in servers))
    loads = " ".join(f"{load:.1f}" for load in os.getloadavg())
    when = f"{datetime.now(timezone.utc):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, load {loads}"
    parts = [
        BEGINNING,
        f"{when}; python {platform.python_version()}, {versions}. Medians of {len(turns[servers[0].name])} turns.\n",
        table("Server", list(start.values()), rows(list(start))),
        "Requests per second of a plain client, with 1 connection and with 8:\n",
        table("Server", list(plain.values()), rows(list(plain))),
        "Microseconds of the server's CPU time for a request, with 1 connection:\n",
        table("Server", list(words.values()), rows([f"{kind} CPU" for kind in words])),
        "Calls of boto3 per second, in one thread:\n",
        table("Server", list(words.values()), rows([f"{kind} boto3" for kind in words])),
    ]
    return "\n".join(parts)


def main(options: list[str] | None = None) -> None:
    """Measure, and print the tables or write them to the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=5, help="turns of each server (default: 5)")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="the time for each kind of request")
    parser.add_argument("--only", action="append", help="a server of the table; may be repeated")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    arguments = parser.parse_args(options)
    servers = [
        server for server in SERVERS if server.home.is_dir() and server.name in (arguments.only or [server.name])
    ]
    turns: dict[str, list[dict[str, float]]] = defaultdict(list)
    for number in range(arguments.turns):
        for server in servers if number % 2 == 0 else reversed(servers):
            print(f"turn {number + 1} of {arguments.turns}: {server.name}", file=sys.stderr)
            turns[server.name].append(turn(server, arguments.seconds))
    printed = report(servers, {server.name: turns[server.name] for server in servers})
    if arguments.write:
        before, _, rest = PAGE.read_text().partition(BEGINNING)
        PAGE.write_text(before + printed + "".join(rest.partition("\n## ")[1:]))
    else:
        print(printed)


if __name__ == "__main__":
    main()
