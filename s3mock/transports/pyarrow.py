"""pyarrow: its S3 is C++ with sockets of its own, so its file systems are connected to a server on the same store.

pyarrow's classes cannot be changed. Those that ``pyarrow.fs`` names are replaced by subclasses of them, where pyarrow's
own functions look, and pandas does. A class that was imported by name before the mock has started is not seen.
"""

from __future__ import annotations

from functools import lru_cache
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from s3mock.process.patches import Function, Patches
from s3mock.transports import http11
from s3mock.transports.router import Router

_installed: list[tuple[Patches, Router]] = []
"""The mocks whose patches are in force, and the one of ``s3mock_block_aws``; the last one decides."""


def install(patches: Patches, router: Router, library: ModuleType) -> None:
    """Connect the file systems of ``pyarrow.fs`` that would reach S3, and refuse those that would reach other hosts."""
    if not hasattr(library, "S3FileSystem"):  # built without S3
        return
    _installed.append((patches, router))
    for name, substitute in _substitutes(library).items():
        patches.put(library, name, substitute)

    def resolve_s3_region(original: Function, bucket: str) -> str:
        return _region(bucket) if _server("s3.amazonaws.com") else original(bucket)

    patches.replace(library, "resolve_s3_region", resolve_s3_region)


@lru_cache
def _substitutes(library: ModuleType) -> dict[str, type]:
    """The subclasses by name: one of each in a process, for code that keeps them beyond the mock."""
    from_uri = library.FileSystem.from_uri

    class FileSystem(library.FileSystem, metaclass=_Substitute):  # type: ignore[misc, name-defined]
        @staticmethod
        def from_uri(uri: Any) -> Any:
            return from_uri(_connected_uri(uri) if isinstance(uri, str) else uri)

    class S3FileSystem(library.S3FileSystem, metaclass=_Substitute):  # type: ignore[misc, name-defined]
        def __init__(self, *args: Any, **options: Any) -> None:
            scheme = options.get("scheme") or "https"
            region = options.get("region") or "us-east-1"
            endpoint = options.get("endpoint_override") or f"s3.{region}.amazonaws.com"
            if server := _server(endpoint, scheme, options.get("access_key") or ""):
                options |= {"endpoint_override": server, "scheme": "http", "force_virtual_addressing": False}
            super().__init__(*args, **options)

        from_uri = FileSystem.from_uri

    return {"FileSystem": FileSystem, "S3FileSystem": S3FileSystem}


class _Substitute(type):
    """A class that stands for the one it is made from: that one's instances and subclasses count as its own."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.__mro__[1])

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls.__mro__[1])


def _server(endpoint: str, scheme: str = "https", access_key: str = "") -> str | None:
    """The host and port of the server that stands in for an endpoint of S3; None for an endpoint that is not ours.

    Raises RealCallError for one of AWS's that nobody answers.
    """
    router = _router()
    if router is None:
        return None
    url = endpoint if "://" in endpoint else f"{scheme}://{endpoint}"
    if router.serve is not None and router.takes(url, access_key):
        return urlsplit(router.serve()).netloc
    router.refuse(router.host_of(url), "pyarrow")
    return None


def _router() -> Router | None:
    while _installed and not _installed[-1][0].in_force:
        _installed.pop()
    return _installed[-1][1] if _installed else None


def _connected_uri(uri: str) -> str:
    """A URI of S3 with the server as its endpoint, and with its bucket's region; any other URI as it is."""
    parts = urlsplit(uri)
    if parts.scheme != "s3":
        return uri
    query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    region = query.get("region")
    endpoint = query.get("endpoint_override") or f"s3.{region or 'us-east-1'}.amazonaws.com"
    server = _server(endpoint, query.get("scheme") or "https", parts.username or "")
    if server is None:
        return uri
    if region is None and parts.hostname:
        query["region"] = _region(parts.hostname)
    query |= {"endpoint_override": server, "scheme": "http"}
    return parts._replace(query=urlencode(query, quote_via=quote)).geturl()


def _region(bucket: str) -> str:
    """The region of a bucket, which pyarrow asks S3 for. Raises OSError in pyarrow's words if there is no bucket."""
    router = _router()
    assert router is not None  # noqa: S101 - only asked for what it takes
    head = http11.Head("HEAD", f"/{bucket}", {}, 0)
    response = router.answer(http11.request_of("https", "s3.amazonaws.com", head, b""))
    try:
        return response.headers["x-amz-bucket-region"]
    except KeyError:
        raise OSError(f"Bucket '{bucket}' not found") from None
