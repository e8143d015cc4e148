"""``s3mock``, and ``python -m s3mock``: serve S3 until interrupted."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from s3mock import initial
from s3mock.server import S3MockServer
from s3mock.settings import TABLE, SettingError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ssl import SSLContext

_MADE, _CA = Path(), Path("s3mock-ca.pem")
_SECONDS_TO_NOTICE, _SECONDS_TO_STOP = 0.05, 0.8


class _Parser(argparse.ArgumentParser):
    """A parser of arguments whose errors are one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """Print the message and exit with 2."""
        self.exit(2, f"{self.prog}: error: {message}\n")


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) < 1 << 16):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, which is a number from 0 to 65535")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    """The parser of the command line, which has an option for each setting that a text can give."""
    epilog = "s3mock doctor, without options, says which clients mock_s3 answers in this environment, and its settings."
    parser = _Parser(prog="s3mock", description="Serve S3 from memory, or from a folder.", epilog=epilog)
    add = parser.add_argument
    add("--host", "-H", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    add("--port", "-p", type=_port, default=5000, help="the port; 0 is a free one (default: %(default)s)")
    variables = ", ".join(initial.VARIABLES)
    add(
        "--bucket",
        action="append",
        default=[],
        metavar="NAME[,NAME...]",
        help=f"create buckets, besides those that the environment names in {variables}",
    )
    add("--init", type=Path, metavar="DIR", help="create a bucket for each subfolder of DIR, with its files as objects")
    add("--region", default="us-east-1", help="the region of these buckets (default: %(default)s)")
    add(
        "--data-dir",
        type=Path,
        metavar="DIR",
        default=os.environ.get("S3MOCK_DATA_DIR") or None,
        help="keep everything in the folder DIR, and continue from what is there (or S3MOCK_DATA_DIR)",
    )
    add(
        "--tls",
        type=Path,
        nargs="?",
        const=_MADE,
        metavar="CERTIFICATE",
        help="serve HTTPS with the certificate in this PEM file; without a file, make a certificate (s3mock[tls])",
    )
    add("--tls-key", type=Path, metavar="KEY", help="the PEM file of the certificate's key, if it is a separate one")
    add(
        "--tls-ca",
        type=Path,
        metavar="FILE",
        help=f"where --tls without a file writes its CA, which clients have to trust (default: {_CA})",
    )
    add("--quiet", "-q", action="store_true", help="do not print the address")
    add("--log", action="store_true", help="print a line about each request on stderr")
    for row in TABLE.values():
        if row.variables:  # the others take a mapping, which no text can give
            text = row.doc.replace("`", "").replace("%", "%%")
            add(f"--{row.keyword.replace('_', '-')}", dest=row.keyword, metavar="VALUE", help=text)
    return parser


def _context(given: argparse.Namespace, buckets: Iterable[str]) -> SSLContext | None:
    """The context that the options about TLS ask for. If it has a new certificate, its CA is written to its file.

    A new certificate names the buckets, since OpenSSL takes ``*.localhost`` for none of them.
    """
    if given.tls_key is not None and given.tls in (None, _MADE):
        raise SettingError("--tls-key needs the certificate it belongs to: --tls CERTIFICATE")
    if given.tls_ca is not None and given.tls != _MADE:
        raise SettingError("--tls-ca is where a new certificate's CA is written, which --tls without a file makes")
    if given.tls is None:
        return None
    from s3mock import certificates  # noqa: PLC0415 - it imports ssl

    if given.tls != _MADE:
        return certificates.load(given.tls, given.tls_key)
    context, authority = certificates.make([given.host, *(f"{bucket}.localhost" for bucket in buckets)])
    (given.tls_ca or _CA).write_bytes(authority)
    return context


def _examine(parser: argparse.ArgumentParser) -> None:
    """Print what ``mock_s3`` would do in a process with the libraries that are installed, and with this environment."""
    from s3mock import doctor  # noqa: PLC0415 - the server starts without what a mock needs
    from s3mock.mock import mock_s3  # noqa: PLC0415

    try:
        with mock_s3() as s3:
            failures = doctor.import_clients()
            sys.stdout.write("\n".join([str(s3.doctor()), *failures, ""]))
    except SettingError as error:
        parser.error(str(error))


def main(arguments: list[str] | None = None) -> None:
    """Serve S3 at the address and with the settings in the arguments, and print the address; or doctor's report.

    It listens before it prints. If the arguments or the environment are wrong, it says why in one line on stderr and
    exits with 2.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = _parser()
    if arguments == ["doctor"]:
        _examine(parser)
        return
    given = parser.parse_args(arguments)
    settings = {name: value for name, value in vars(given).items() if name in TABLE and value is not None}
    if given.log:
        logging.basicConfig(format="%(asctime)s %(message)s")
        logging.getLogger("s3mock.requests").setLevel(logging.INFO)
    try:
        named = (name.strip() for names in given.bucket for name in names.split(","))
        buckets = tuple(dict.fromkeys((*initial.buckets_of_environment(), *named)))
        tls = _context(given, buckets)
        server = S3MockServer(given.host, given.port, data_dir=given.data_dir, tls=tls, **settings)
        for keyword in TABLE:  # an invalid variable would otherwise fail each request that needs it
            getattr(server.cloud.settings, keyword)
        initial.create(server.cloud, buckets, given.region)
        if given.init is not None:
            initial.create_from_folder(server.cloud, given.init, given.region)
        server.start()
    except (SettingError, ValueError, OSError, ImportError) as error:
        parser.error(str(error))
    signals: list[int] = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, _: signals.append(number))
    if not given.quiet:
        sys.stdout.write(f"S3 is at {server.endpoint_url}\n")
        sys.stdout.flush()
    idle = threading.Event()
    while not signals:  # polled: handlers that set an Event or fill a queue can deadlock when two signals coincide
        idle.wait(_SECONDS_TO_NOTICE)
    # A request that takes longer than this ends with the process.
    stop = threading.Thread(target=server.stop, daemon=True)
    stop.start()
    stop.join(_SECONDS_TO_STOP)


if __name__ == "__main__":
    main()
