"""The TLS context of a server: with the certificate in a file, or with a new one."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustme import CA

LOCAL = ("localhost", "127.0.0.1", "::1", "*.localhost", "*.s3-website.localhost")
"""The names of a server on this machine, of its buckets and of their websites.

OpenSSL, which Python and curl use, takes ``*.localhost`` for no name: there a bucket's own name has to be added.
"""


def load(certificate: str | PathLike[str], key: str | PathLike[str] | None = None) -> ssl.SSLContext:
    """The context of a server with the certificate in a PEM file; its key is there, too, or in a second file.

    Raises OSError for a file that cannot be read or has something else in it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key)
    except OSError as error:  # an SSLError is one; neither names the file
        files = " and ".join(str(file) for file in (certificate, key) if file is not None)
        raise type(error)(error.errno, f"cannot use the certificate in {files}: {error.strerror}") from error
    return context


def make(names: Iterable[str] = ()) -> tuple[ssl.SSLContext, bytes]:
    """The context of a server with a new certificate for ``LOCAL`` and these names, and its CA's certificate as PEM.

    The CA is new, too, and its key is discarded. Raises ImportError without trustme (``pip install 's3mock[tls]'``).
    """
    authority = _new_authority()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*dict.fromkeys((*LOCAL, *names))).configure_cert(context)
    return context, authority.cert_pem.bytes()


def make_files(folder: Path, names: Iterable[str] = ()) -> tuple[Path, Path]:
    """Two new files in a folder: ``s3mock.pem`` with a certificate as of ``make`` and its key, ``s3mock-ca.pem``.

    The first is for a server, ``S3MockServer(tls=...)``, the second, its CA's certificate, for clients. Raises
    ImportError without trustme.
    """
    authority = _new_authority()
    certificate, ca = folder / "s3mock.pem", folder / "s3mock-ca.pem"
    authority.issue_cert(*dict.fromkeys((*LOCAL, *names))).private_key_and_cert_chain_pem.write_to_path(certificate)
    authority.cert_pem.write_to_path(ca)
    return certificate, ca


def _new_authority() -> CA:
    try:
        from trustme import CA  # noqa: PLC0415 - an optional library
    except ImportError as error:
        raise ImportError("a new certificate needs trustme: pip install 's3mock[tls]'") from error
    return CA()
