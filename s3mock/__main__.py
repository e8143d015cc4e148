"""``python -m s3mock``: serve S3 until interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from s3mock.server import S3MockServer


def main(arguments: list[str] | None = None) -> None:
    """Serve at the address that the arguments give, and print it."""
    parser = argparse.ArgumentParser(prog="s3mock", description="Serve S3 from memory.")
    parser.add_argument("--host", "-H", default="127.0.0.1", help="the address to listen at (default: %(default)s)")
    parser.add_argument("--port", "-p", type=int, default=5000, help="the port; 0 is a free one (default: %(default)s)")
    given = parser.parse_args(arguments)
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    with S3MockServer(given.host, given.port) as server:
        sys.stdout.write(f"S3 is at {server.endpoint_url}\n")
        sys.stdout.flush()
        stopped.wait()


if __name__ == "__main__":
    main()
