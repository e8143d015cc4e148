"""What a mock does in this process: its hooks, who else replaced the same functions, what it leaves out, settings."""

from __future__ import annotations

import platform
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

from s3mock.process import beside_moto
from s3mock.settings import TABLE
from s3mock.transports.in_process import PATCHED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock.process.patches import Patches
    from s3mock.settings import Settings

ANSWERED = (
    *("botocore", "boto3", "s3transfer", "urllib3", "requests", "aiohttp", "httpx", "httpx2", "aiobotocore", "s3fs"),
    "pyarrow",
)
"""The packages of clients that are answered, where they are installed."""

NOT_ANSWERED = {
    "awscrt": "its own S3 client is refused; boto3's transfers take the classic one",
    "aiodns": "refused for hosts of AWS",
    "curl_cffi": "refused for hosts of AWS",
    "duckdb": "not seen: give it s3.duckdb_secret_sql()",
    "httplib2": "refused for hosts of AWS",
    "niquests": "refused for S3, with requests and urllib3, which it replaces; boto3 is answered",
    "polars": "not seen: give it s3.polars_storage_options()",
    "pycurl": "not seen: give it the endpoint of a server, s3.env()",
    "tornado": "its own HTTP client is refused for hosts of AWS",
    "treq": "refused for hosts of AWS",
    "uvloop": "its resolver is refused for hosts of AWS; clients above it are answered",
}
"""Packages that reach S3 by themselves, and what becomes of them: the rows of docs/clients.md, "Ways out"."""


class Report(NamedTuple):
    """What ``s3.doctor()`` found; ``print`` shows it.

    ``hooks`` has a line for each client library, ``others`` one for each function of ours that other code has replaced,
    too, ``not_covered`` one for each installed package that no hook answers, and ``settings`` one for each setting.
    """

    versions: str
    hooks: tuple[str, ...]
    others: tuple[str, ...]
    not_covered: tuple[str, ...]
    settings: tuple[str, ...]

    def __str__(self) -> str:
        parts = [self.versions]
        for title, lines, none in (
            ("Hooks", self.hooks, "none: a server answers at its address"),
            ("Also replaced by other code", self.others, "nothing"),
            ("Installed and not answered", self.not_covered, "nothing"),
            ("Settings", self.settings, ""),
        ):
            parts += ["", title, *(f"  {line}" for line in lines or (none,))]
        return "\n".join(parts)


def import_clients() -> list[str]:
    """Import the client libraries that are installed, so that they are patched; a line for each that fails."""
    failures = []
    for module, _ in PATCHED:
        if _is_installed(module.partition(".")[0]):
            try:
                import_module(module)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with it
                failures.append(f"import {module}: {type(error).__name__}: {error}")
    return failures


def examine(settings: Settings, patches: Patches | None) -> Report:
    """The report on a mock with its ``patches``, or on a server, which has none."""
    names = ("s3mock", _version("s3mock")), ("Python", platform.python_version()), ("botocore", _version("botocore"))
    return Report(
        ", ".join(f"{name} {number}" for name, number in names if number),
        tuple(_hooks(patches) if patches is not None else ()),
        tuple(_others(patches) if patches is not None else ()),
        tuple(f"{_named(package)}: {what}" for package, what in NOT_ANSWERED.items() if _is_installed(package)),
        tuple(_settings(settings)),
    )


def _hooks(patches: Patches) -> Iterator[str]:
    """A line for each client library: whether its functions are replaced."""
    replaced = {_place(owner, "").partition(".")[0] for owner, *_ in patches.replaced}
    for package in ANSWERED:
        if package in replaced:
            yield f"{_named(package)}: on"
        elif package == "s3fs" and _is_installed(package):
            yield f"{_named(package)}: on, by aiobotocore"
        elif package in sys.modules:
            yield f"{_named(package)}: imported, and its modules that call S3 are not yet: on as soon as they are"
        elif _is_installed(package):
            yield f"{_named(package)}: on as soon as it is imported"
    yield "http.client, urllib: on"
    yield "socket: hosts of AWS are refused to all others"


def _others(patches: Patches) -> Iterator[str]:
    """A line for each function of ours that other code has replaced above ours, or had replaced before us."""
    ours = {id(replacement) for *_, replacement in patches.replaced}
    first: dict[tuple[int, str], Any] = {}
    for owner, name, original, _ in patches.replaced:
        first.setdefault((id(owner), name), (owner, original))
    for (_, name), (owner, original) in first.items():
        place, current = _place(owner, name), vars(owner).get(name)
        if current is not None and callable(current) and id(current) not in ours:
            when = "below it" if _wraps_one_of(current, ours) else "if it calls what it has replaced"
            yield f"{place} is replaced by {_where(current)}; ours is called {when}"
        below = _module(original)
        if below and below.partition(".")[0] not in (place.partition(".")[0], "s3mock"):
            yield f"{place} was replaced by {_where(original)} before; ours calls it for what is not S3's"
    if beside_moto.is_active():
        yield "moto's mock_aws is active: it answers the other services, and S3 is ours"


def _wraps_one_of(function: Any, ours: set[int]) -> bool:
    layer = function
    while layer is not None:
        if id(layer) in ours:
            return True
        layer = getattr(layer, "__wrapped__", None)
    return False


def _settings(settings: Settings) -> Iterator[str]:
    """A line for each setting that is not the default: its value and where that comes from; then the others' names."""
    defaults = []
    for keyword in TABLE:
        origin = settings.origin(keyword)
        if origin is None:
            defaults.append(keyword)
            continue
        value = getattr(settings, keyword)
        if keyword == "credentials":  # without the secrets
            value = sorted(value)
        yield f"{keyword} = {value!r}, from {origin}"
    yield from wrap(f"default: {', '.join(defaults)}", 110, subsequent_indent="  ")


def _place(owner: Any, name: str) -> str:
    """The dotted name of a function of a class or module."""
    if isinstance(owner, type):
        return f"{owner.__module__}.{owner.__qualname__}.{name}"
    return f"{owner.__name__}.{name}"


def _module(function: Any) -> str:
    """The module that a function was written in, also for a wrapper that takes the name of another; "" if unknown."""
    function = getattr(function, "__func__", function)
    if hasattr(function, "__globals__"):
        return str(function.__globals__.get("__name__", ""))
    kind = type(function)
    return "" if kind.__module__ == "builtins" else str(kind.__module__)


def _where(function: Any) -> str:
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    if code is None:
        return f"a {type(function).__module__}.{type(function).__qualname__}"
    return f"{_module(function)} ({code.co_filename}:{code.co_firstlineno})"


def _named(package: str) -> str:
    number = _version(package)
    return f"{package} {number}" if number else package


def _version(package: str) -> str:
    try:
        return version(package.replace("_", "-"))
    except PackageNotFoundError:
        return ""


def _is_installed(package: str) -> bool:
    try:
        return package in sys.modules or find_spec(package) is not None
    except (ImportError, ValueError):
        return False
