"""Refuses AWS's hosts to libraries in C that resolve or connect below Python's ``socket``, at their Python methods."""

from __future__ import annotations

from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from s3mock.process.patches import Function, Patches
from s3mock.process.real_calls import check_host
from s3mock.settings import Settings

METHODS = (
    # module, class, method, position of its argument with the host, name of that argument
    ("uvloop", "Loop", "create_connection", 1, "host"),
    ("uvloop", "Loop", "getaddrinfo", 0, "host"),
    ("aiodns", "DNSResolver", "getaddrinfo", 0, "host"),
    ("aiodns", "DNSResolver", "gethostbyname", 0, "host"),
    ("aiodns", "DNSResolver", "query", 0, "host"),
    ("aiodns", "DNSResolver", "query_dns", 0, "host"),
    ("curl_cffi.curl", "Curl", "setopt", 1, "value"),
)
"""The methods in Python by which a host or a URL reaches libuv, c-ares and libcurl."""


def install(patches: Patches, settings: Settings, why: str) -> None:
    """Refuse AWS's hosts in these methods, of modules that are imported and of those that will be."""

    def patch(module: ModuleType) -> None:
        for name, kind, method, position, argument in METHODS:
            if name == module.__name__ and hasattr(getattr(module, kind), method):
                patches.replace(getattr(module, kind), method, guard(position, argument))

    def guard(position: int, argument: str) -> Function:
        def check(original: Function, owner: Any, *args: Any, **kwargs: Any) -> Any:
            host = _host(kwargs.get(argument, args[position] if position < len(args) else None))
            if host:
                check_host(host, settings, why)
            return original(owner, *args, **kwargs)

        return check

    for module in dict.fromkeys(name for name, *_ in METHODS):
        patches.when_imported(module, patch)


def _host(value: Any) -> str:
    """The host in an argument that is a host or a URL; "" if it is neither."""
    if isinstance(value, (bytes, bytearray)):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return ""
    return urlsplit(value).hostname or "" if "://" in value else value
