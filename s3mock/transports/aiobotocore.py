"""aiobotocore (aioboto3, s3fs): whether a request is S3's is decided here; the patches of aiohttp and httpx answer.

As with botocore, a request is S3's by the service of its client, not by its URL.
"""
# ruff: noqa: SLF001 - aiobotocore has no public hook here; tests/test_upstream.py watches what is used

from __future__ import annotations

from types import ModuleType
from typing import Any

from s3mock.process import real_calls
from s3mock.process.patches import Function, Patches
from s3mock.process.real_calls import client_decided
from s3mock.transports.router import Router, split


def install(patches: Patches, router: Router, endpoint_module: ModuleType) -> None:
    """Mark the requests to S3 as the mock's, and refuse those to other services of AWS unless a setting allows them."""

    async def send(original: Function, endpoint: Any, prepared: Any) -> Any:
        service = endpoint._endpoint_prefix
        parts = split(prepared.url)
        ours = service == "s3" and router.cloud is not None
        if not ours:
            router.refuse_service(service, parts.netloc)
        elif router.settings.passthrough:
            authorization = prepared.headers.get("Authorization", "")
            if isinstance(authorization, bytes):
                authorization = authorization.decode("latin-1")
            ours = not real_calls.passes(parts.netloc, parts.query, authorization, router.settings)
        token = client_decided.set("ours" if ours else "real")
        try:
            return await original(endpoint, prepared)
        finally:
            client_decided.reset(token)

    patches.replace(endpoint_module.AioEndpoint, "_send", send)
