"""The journal of a cloud: its last requests, with what became of each.

It is no part of the store: snapshots do not have it, and restoring one leaves it alone. It keeps neither the bodies of
requests nor those of responses, and nothing that refers to a client.
"""

from __future__ import annotations

import re
from collections import deque
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from s3mock.backend import journals
from s3mock.models.account import ANONYMOUS, Account
from s3mock.models.principal import root

if TYPE_CHECKING:
    from datetime import datetime

    from s3mock.backend.faults import Fired
    from s3mock.models.principal import Principal

LARGE_DOCUMENT = 4096
"""The bytes from which on a document is large."""

MOST_LARGE_DOCUMENTS = 100
"""The number of large documents that are kept."""

_PRODUCT = re.compile(r"(?:Python/\S+ |MinIO \(.*?\) )?(?:python-)?([^/\s]+)", re.IGNORECASE)
"""The name of the client library in a User-Agent: aiohttp names Python before itself, and minio-py its company."""


class Entry(NamedTuple):
    """One request to S3, and what it was answered.

    ``number`` grows from entry to entry. ``when`` is the mock's time of the answer. ``operation`` is empty for a
    request that was refused before its operation was known. ``bucket`` is the bucket's name, where there is one,
    otherwise what the request calls it. ``parameters`` are those of boto3, without the bytes of an object; they are
    empty for a request that was refused before they were read, and lack a large document that is not kept any more.
    ``status`` is 0 where a fault left the client without any response, before S3 saw the request. ``error`` is the code
    of the error in the response, or that fault; None without one.

    ``bytes_in`` and ``bytes_out`` are the sizes of the bodies: without the framing of aws-chunked, and whether the
    client reads it or not. ``seconds`` is the time that the answer took, by the system's clock. ``storage_class`` is
    that of the object in the response; None for STANDARD, and where there is none.

    ``frame`` is the file, the line and the function that called: see ``line``.
    """

    number: int
    when: datetime
    operation: str
    bucket: str | None
    key: str | None
    parameters: dict[str, Any]
    status: int
    error: str | None
    bytes_in: int
    bytes_out: int
    seconds: float
    request_id: str
    method: str
    scheme: str
    host: str
    path: str
    query: str
    user_agent: str
    sdk_request: str
    storage_class: str | None
    signer: Principal | Account
    partition: str
    frame: tuple[str, int, str] | None
    fired: tuple[Fired, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """The effects of the faults that it met, such as "SlowDown" and "reset after the write"."""
        return tuple(fault.effect for fault in self.fired)

    @property
    def caller(self) -> str:
        """The ARN of the caller; "anonymous" for an unsigned request."""
        signer = self.signer
        if signer == ANONYMOUS:
            return "anonymous"
        return root(signer, self.partition).arn if isinstance(signer, Account) else signer.arn

    @property
    def client(self) -> str:
        """The client library, as its User-Agent names it: "boto3", "httpx", "aws-cli" ...; "" without one."""
        return client_of(self.user_agent)

    @property
    def line(self) -> str:
        """The line that called S3, like "tests/test_upload.py:12"; "" where it is in another process.

        It is the innermost line outside of Python's own library and of installed packages.
        """
        if self.frame is None:
            return ""
        return f"{_short(self.frame[0])}:{self.frame[1]}"

    @property
    def function(self) -> str:
        """The name of the function that the line is in; "" where that is not known."""
        return "" if self.frame is None else self.frame[2]

    @property
    def attempt(self) -> int:
        """1 for a call's first request, 2 for its first retry, and so on, as AWS's SDKs count."""
        _, _, rest = self.sdk_request.partition("attempt=")
        digits = rest.partition(";")[0].strip()
        return int(digits) if digits.isdecimal() else 1

    @property
    def url(self) -> str:
        """The URL of the request."""
        return f"{self.scheme}://{self.host}{self.path}" + (f"?{self.query}" if self.query else "")

    @property
    def name(self) -> str:
        """The operation; for a request without one, its method and path."""
        return self.operation or f"{self.method} {self.path}"

    def __str__(self) -> str:
        where = "/".join(part for part in (self.bucket, self.key) if part is not None)
        retry = f" (attempt {self.attempt})" if self.attempt > 1 else ""
        answer = f"{self.status} {self.error or ''}".strip()
        return f"{self.name} {where} -> {answer}{retry}".replace("  ", " ") + (f"  {self.line}" if self.line else "")


class Journal:
    """The last ``size`` entries, oldest first.

    ``append`` takes the fields of an ``Entry`` as a tuple, which is quicker to make. It takes no lock: one call of a
    deque, which drops its oldest entry by itself, is atomic. Of documents that
    are ``LARGE_DOCUMENT`` only the last ``MOST_LARGE_DOCUMENTS`` are kept. ``number`` returns a number above those of
    all entries so far, and below those of all later ones.
    """

    __slots__ = ("__weakref__", "_entries", "_large", "append", "number", "size")

    def __init__(self, size: int) -> None:
        self.size = size
        self._entries: deque[tuple[Any, ...]] = deque(maxlen=size)
        self._large: deque[tuple[dict[str, Any], frozenset[str]]] = deque(maxlen=MOST_LARGE_DOCUMENTS)
        self.append = self._entries.append
        self.number = count(1).__next__
        journals.add(self)

    def forget_later(self, parameters: dict[str, Any], document: frozenset[str]) -> None:
        """Remove the members of a large document from its entry's parameters as soon as enough others follow it."""
        large = self._large
        if len(large) == MOST_LARGE_DOCUMENTS:  # two threads may forget the same one: then one more is kept
            oldest, members = large[0]
            for member in members:
                oldest.pop(member, None)
        large.append((parameters, document))

    def entries(self, after: int = 0) -> tuple[Entry, ...]:
        """The entries at this moment, or those that are numbered above ``after``, oldest first."""
        return tuple(Entry._make(fields) for fields in self._entries.copy() if fields[0] > after)

    def __len__(self) -> int:
        return len(self._entries)

    def clear(self) -> None:
        """Forget all entries."""
        self._entries.clear()
        self._large.clear()


@lru_cache(maxsize=256)
def client_of(user_agent: str) -> str:
    """The client library that a User-Agent names; "" for an empty one."""
    product = _PRODUCT.match(user_agent)
    return "" if product is None else product[1].lower()


def _short(file: str) -> str:
    """The path of a file from the working directory if it is below, otherwise the whole path."""
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except (ValueError, OSError):
        return file
