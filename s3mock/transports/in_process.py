"""All patches by which the clients in this process reach the mock, or nobody.

A library is patched if it has been imported, and otherwise as soon as it is. What none of the patches answers, and is
AWS's, is refused by the backstop in ``process.real_calls``.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

from s3mock.process import credentials, native_calls, real_calls
from s3mock.process.patches import Patches
from s3mock.process.real_calls import METADATA_SERVICE
from s3mock.settings import Settings
from s3mock.transports import api_calls, botocore
from s3mock.transports.router import Router

PATCHED = (
    # botocore stands on urllib3, and that on http.client: these two are always there.
    ("urllib3", "urllib3"),
    ("http.client", "urllib"),
    ("requests", "requests"),
    ("aiohttp", "aiohttp"),
    ("httpx", "httpx"),
    ("httpx2", "httpx"),
    ("aiobotocore.endpoint", "aiobotocore"),
    ("pyarrow.fs", "pyarrow"),
)
"""The modules of client libraries, and ours that patch them, which are imported only where the library is."""


def install(patches: Patches, router: Router) -> None:
    """Patch every client library that is there, and await the others."""
    botocore.install(patches, router)
    if router.cloud is not None:
        api_calls.install(patches, journaled=router.cloud.journal is not None)
    for library, ours in PATCHED:
        patches.when_imported(library, partial(_install, patches, router, ours))
    patches.when_imported("s3transfer.crt", partial(_refuse_crt, patches, router.why, "CRTTransferManager"))
    patches.when_imported("awscrt.s3", partial(_refuse_crt, patches, router.why, "S3Client"))
    native_calls.install(patches, router.settings, router.why)
    real_calls.install_backstop(patches, router.settings, router.why)


def forbid(patches: Patches, settings: Settings, why: str) -> None:
    """Refuse everything that would reach AWS, and answer nothing: what holds outside of a mock, if anything does."""
    install(patches, Router(None, settings, why))
    if not {METADATA_SERVICE, "*"} & set(settings.allow_services):
        credentials.hide_metadata(patches)


def _install(patches: Patches, router: Router, ours: str, library: ModuleType) -> None:
    import_module(f"s3mock.transports.{ours}").install(patches, router, library)


def _refuse_crt(patches: Patches, why: str, kind: str, module: ModuleType) -> None:
    """Refuse the clients of the AWS Common Runtime, which are C with sockets of their own."""

    def refuse(_original: Any, *_args: Any, **_kwargs: Any) -> None:
        raise real_calls.RealCallError(
            f"{module.__name__}.{kind} is the AWS Common Runtime's own S3 client, which would leave the process while "
            f"{why}. Use boto3's transfers (they take the classic client inside mock_s3), or give it the "
            "endpoint of an s3mock.S3MockServer outside of mock_s3."
        )

    patches.replace(getattr(module, kind), "__init__", refuse)
