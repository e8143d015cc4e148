"""From the start of a server's process to its first answer: time and memory.

``make bench-server-start`` runs it for s3mock. Other servers are measured in the same run if their commands are given,
with ``{port}`` where the port goes: ``python benchmarks/server_start.py "moto_server -p {port}"``.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import socket
import statistics
import subprocess
import sys
import time
from http.client import HTTPConnection

STARTS = 10
S3MOCK = f"{shlex.quote(sys.executable)} -m s3mock --port {{port}}"


def start(command: str) -> tuple[float, float, float]:
    """Start a server and ask it for the buckets: milliseconds until the answer, of them CPU time, and peak memory.

    CPU time and memory (in MB) are those of the process until its end, which follows the answer.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    process = subprocess.Popen(
        shlex.split(command.format(port=port)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    while True:
        connection = HTTPConnection("127.0.0.1", port)
        with contextlib.suppress(OSError):
            connection.request("GET", "/", headers={"Authorization": "AWS AKID:signature"})
            connection.getresponse().read()
            break
        time.sleep(0.001)
    elapsed = time.perf_counter() - begun
    connection.close()
    process.kill()
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0  # it has been waited for
    return 1000 * elapsed, 1000 * (used.ru_utime + used.ru_stime), used.ru_maxrss / 1024


def main() -> None:
    """Print a table: the median of the time, and the least CPU time and memory, of some starts after a first one."""
    print("| Command | First answer after, ms | CPU time, ms | Peak memory, MB |")
    print("| --- | ---: | ---: | ---: |")
    for command in (S3MOCK, *sys.argv[1:]):
        start(command)
        times, cpu, memory = zip(*(start(command) for _ in range(STARTS)), strict=True)
        name = command.replace(S3MOCK, "s3mock").replace("{port}", "PORT")
        print(f"| `{name}` | {statistics.median(times):.0f} | {min(cpu):.0f} | {min(memory):.0f} |")


if __name__ == "__main__":
    main()
