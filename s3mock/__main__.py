"""``python -m s3mock``: serve S3 until interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from s3mock.server import S3MockServer
from s3mock.settings import TABLE, SettingError


def main(arguments: list[str] | None = None) -> None:
    """Serve S3 at the address and with the settings in the arguments, and print the address."""
    parser = argparse.ArgumentParser(prog="python -m s3mock", description="Serve S3 from memory.")
    parser.add_argument("--host", "-H", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", "-p", type=int, default=5000, help="the port; 0 is a free one (default: %(default)s)")
    for row in TABLE.values():
        if row.variables:  # the others take a mapping, which no text can give
            text = row.doc.replace("`", "").replace("%", "%%")
            parser.add_argument(f"--{row.keyword.replace('_', '-')}", dest=row.keyword, metavar="VALUE", help=text)
    given = parser.parse_args(arguments)
    settings = {name: value for name, value in vars(given).items() if name in TABLE and value is not None}
    try:
        server = S3MockServer(given.host, given.port, **settings)
        for keyword in TABLE:  # an invalid variable would otherwise fail each request that needs it
            getattr(server.cloud.settings, keyword)
        server.start()
    except (SettingError, OSError, OverflowError) as error:
        parser.error(str(error))
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    sys.stdout.write(f"S3 is at {server.endpoint_url}\n")
    sys.stdout.flush()
    stopped.wait()
    server.stop()


if __name__ == "__main__":
    main()
