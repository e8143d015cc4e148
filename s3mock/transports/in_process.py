"""All patches by which the clients in this process reach the mock, or nobody.

A library is patched if it has been imported, and otherwise as soon as it is. What none of the patches answers, and is
AWS's, is refused by the backstop in ``process.real_calls``.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from s3mock.process import credentials, native_calls, real_calls
from s3mock.process.patches import Patches
from s3mock.process.real_calls import METADATA_SERVICE
from s3mock.settings import Settings
from s3mock.transports import botocore, notes
from s3mock.transports.router import Router


def install(patches: Patches, router: Router) -> None:
    """Patch every client library that is there, and await the others."""
    botocore.install(patches, router)
    if router.cloud is not None:
        notes.install(patches)
    # botocore stands on urllib3, and that on http.client: both are there.
    from s3mock.transports import urllib, urllib3  # noqa: PLC0415

    urllib3.install(patches, router)
    urllib.install(patches, router)
    patches.when_imported("requests", lambda _: _requests(patches, router))
    patches.when_imported("aiohttp", lambda _: _aiohttp(patches, router))
    for name in ("httpx", "httpx2"):
        patches.when_imported(name, lambda module: _httpx(patches, router, module))
    patches.when_imported("aiobotocore.endpoint", lambda module: _aiobotocore(patches, router, module))
    patches.when_imported("pyarrow.fs", lambda module: _pyarrow(patches, router, module))
    patches.when_imported("s3transfer.crt", lambda module: _refuse_crt(patches, module, "CRTTransferManager"))
    patches.when_imported("awscrt.s3", lambda module: _refuse_crt(patches, module, "S3Client"))
    native_calls.install(patches, router.settings, router.why)
    real_calls.install_backstop(patches, router.settings, router.why)


def forbid(patches: Patches, settings: Settings, why: str) -> None:
    """Refuse everything that would reach AWS, and answer nothing: what holds outside of a mock, if anything does."""
    install(patches, Router(None, settings, why))
    if not {METADATA_SERVICE, "*"} & set(settings.allow_services):
        credentials.hide_metadata(patches)


def _requests(patches: Patches, router: Router) -> None:
    from s3mock.transports import requests  # noqa: PLC0415 - only where the library is

    requests.install(patches, router)


def _aiohttp(patches: Patches, router: Router) -> None:
    from s3mock.transports import aiohttp  # noqa: PLC0415 - only where the library is

    aiohttp.install(patches, router)


def _httpx(patches: Patches, router: Router, module: ModuleType) -> None:
    from s3mock.transports import httpx  # noqa: PLC0415

    httpx.install(patches, router, module)


def _aiobotocore(patches: Patches, router: Router, module: ModuleType) -> None:
    from s3mock.transports import aiobotocore  # noqa: PLC0415

    aiobotocore.install(patches, router, module)


def _pyarrow(patches: Patches, router: Router, module: ModuleType) -> None:
    from s3mock.transports import pyarrow  # noqa: PLC0415

    pyarrow.install(patches, router, module)


def _refuse_crt(patches: Patches, module: ModuleType, kind: str) -> None:
    """Refuse the clients of the AWS Common Runtime, which are C with sockets of their own."""

    def refuse(_original: Any, *_args: Any, **_kwargs: Any) -> None:
        raise real_calls.RealCallError(
            f"{module.__name__}.{kind} is the AWS Common Runtime's own S3 client, which would leave the process while "
            "mock_s3 is active. Use boto3's transfers (they take the classic client inside mock_s3), or give it the "
            "endpoint of an s3mock.S3MockServer outside of mock_s3."
        )

    patches.replace(getattr(module, kind), "__init__", refuse)
