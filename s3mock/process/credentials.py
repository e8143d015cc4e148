"""The credentials that S3 clients sign with while a mock is active; botocore is kept from fetching real ones."""
# ruff: noqa: SLF001 - botocore has no public hooks for this; tests/test_upstream.py watches what is used

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from importlib import import_module
from types import ModuleType
from typing import Any

import botocore.utils
from botocore import configprovider, credentials, signers
from botocore.exceptions import MetadataRetrievalError

from s3mock.models.credentials import ACCESS_KEY, SECRET_KEY, SESSION_TOKEN
from s3mock.process.patches import Function, Patches
from s3mock.settings import Settings, host_of

__all__ = ["ACCESS_KEY", "SECRET_KEY", "SESSION_TOKEN", "install", "is_real"]

_OURS = credentials.Credentials(ACCESS_KEY, SECRET_KEY, method="s3mock")


def is_real(access_key: str) -> bool:
    """Whether an access key looks like one that AWS issued (IAM User Guide, "Unique identifiers")."""
    return access_key.startswith(("AKIA", "ASIA"))


_PROVIDERS = {
    "ProcessProvider": ("credential_process",),
    "AssumeRoleProvider": ("role_arn",),
    "AssumeRoleWithWebIdentityProvider": ("web_identity_token_file",),
    "SSOProvider": ("sso_role_name", "sso_account_id"),
    "LoginProvider": ("login_session",),
}
"""The classes that fetch credentials for a profile, and the settings in ~/.aws that ask for it."""


def install(patches: Patches, settings: Settings, configured: Callable[[Mapping[str, str]], Mapping[str, str]]) -> None:
    """Let S3 clients without credentials sign with the mock's, and fetch none from anywhere.

    A profile whose credentials would be fetched, or come from a ``credential_process``, has the mock's; unless a
    setting allows real calls, which need real ones. Clients of other services keep theirs otherwise, but do not get
    them from instance metadata or a container either. ``configured`` returns an environment without what the mock has
    put there for other processes.
    """

    def configured_endpoint(original: Function, provider: Any) -> Any:
        # AWS_ENDPOINT_URL and its kin, or ~/.aws. For S3 it is a leftover of something like LocalStack, unless a
        # setting lists it. Other services keep theirs.
        if provider._client_name != "s3":
            return original(provider)
        seen = copy(provider)
        seen._environ = configured(provider._environ)
        url = original(seen)
        host = host_of(url) if url else None
        return url if host in settings.custom_endpoints or host in settings.passthrough else None

    patches.replace(signers.RequestSigner, "get_auth_instance", _signing_with(_OURS))
    _hide_metadata(patches)
    if not _needs_real(settings):
        for name, keys in _PROVIDERS.items():
            if provider := getattr(credentials, name, None):  # an older botocore has no LoginProvider
                patches.replace(provider, "load", _loading(_OURS, keys))
    patches.replace(configprovider.ConfiguredEndpointProvider, "provide", configured_endpoint)
    patches.when_imported("aiobotocore.credentials", lambda module: _install_async(patches, module, settings))


def hide_metadata(patches: Patches) -> None:
    """Let botocore and aiobotocore find no credentials of an instance or a container, as on any other machine."""
    _hide_metadata(patches)
    patches.when_imported("aiobotocore.credentials", lambda module: _hide_metadata_async(patches, module))


def _hide_metadata(patches: Patches) -> None:
    def refuse_instance(_original: Function, fetcher: Any, *_args: Any, **_kwargs: Any) -> Any:
        # As when the instance metadata service does not answer, which callers handle; but at once.
        raise fetcher._RETRIES_EXCEEDED_ERROR_CLS

    def refuse_container(_original: Function, _fetcher: Any, full_url: str, *_args: Any, **_kwargs: Any) -> Any:
        raise MetadataRetrievalError(error_msg=f"s3mock is active: credentials are not fetched from {full_url}")

    patches.replace(botocore.utils.IMDSFetcher, "_fetch_metadata_token", refuse_instance)
    patches.replace(botocore.utils.IMDSFetcher, "_get_request", refuse_instance)
    patches.replace(botocore.utils.ContainerMetadataFetcher, "_retrieve_credentials", refuse_container)
    patches.replace(credentials.ContainerProvider, "load", lambda _original, _provider: None)


def _hide_metadata_async(patches: Patches, aio_credentials: ModuleType) -> None:
    """The same for aiobotocore, whose classes override botocore's with coroutines."""
    aio_utils = import_module("aiobotocore.utils")

    async def refuse_instance(_original: Function, fetcher: Any, *_args: Any, **_kwargs: Any) -> Any:
        raise fetcher._RETRIES_EXCEEDED_ERROR_CLS

    async def refuse_container(_original: Function, _fetcher: Any, full_url: str, *_args: Any, **_kwargs: Any) -> Any:
        raise MetadataRetrievalError(error_msg=f"s3mock is active: credentials are not fetched from {full_url}")

    async def load_nothing(_original: Function, _provider: Any) -> None:
        return None

    patches.replace(aio_utils.AioIMDSFetcher, "_fetch_metadata_token", refuse_instance)
    patches.replace(aio_utils.AioIMDSFetcher, "_get_request", refuse_instance)
    patches.replace(aio_utils.AioContainerMetadataFetcher, "_retrieve_credentials", refuse_container)
    patches.replace(aio_credentials.AioContainerProvider, "load", load_nothing)


def _needs_real(settings: Settings) -> bool:
    """Whether some client in the process really calls a service, with credentials of its own."""
    return bool(settings.allow_services or settings.passthrough)


def _asks_for(provider: Any, keys: tuple[str, ...]) -> bool:
    """Whether the profile of a provider has one of ``keys``."""
    profile = provider._load_config().get("profiles", {}).get(provider._profile_name, {})
    return any(key in profile for key in keys)


def _loading(ours: Any, keys: tuple[str, ...]) -> Callable[..., Any]:
    """A replacement of a provider's ``load``: ``ours`` where the profile has one of ``keys``."""
    return lambda original, provider: ours if _asks_for(provider, keys) else original(provider)


def _loading_async(ours: Any, keys: tuple[str, ...]) -> Callable[..., Any]:
    async def load(original: Function, provider: Any) -> Any:
        return ours if _asks_for(provider, keys) else await original(provider)

    return load


def _signing_with(ours: Any) -> Callable[..., Any]:
    """A replacement of ``get_auth_instance``: S3 clients with missing or refreshed credentials sign with ``ours``."""

    def get_auth_instance(original: Function, signer: Any, *args: Any, **kwargs: Any) -> Any:
        if signer._service_id == "S3":
            current = kwargs.get("request_credentials") or signer._credentials
            # Credentials that are refreshed would be fetched from AWS.
            if current is None or isinstance(current, credentials.RefreshableCredentials):
                signer = copy(signer)
                signer._credentials = ours
                kwargs.pop("request_credentials", None)  # botocore 1.34.0 does not know it
        return original(signer, *args, **kwargs)

    return get_auth_instance


def _install_async(patches: Patches, aio_credentials: ModuleType, settings: Settings) -> None:
    """The same for aiobotocore, whose classes override botocore's with coroutines."""
    _hide_metadata_async(patches, aio_credentials)
    aio_signers = import_module("aiobotocore.signers")
    ours = aio_credentials.AioCredentials(ACCESS_KEY, SECRET_KEY, method="s3mock")
    patches.replace(aio_signers.AioRequestSigner, "get_auth_instance", _signing_with(ours))
    if not _needs_real(settings):
        for name, keys in _PROVIDERS.items():
            if provider := getattr(aio_credentials, f"Aio{name}", None):
                patches.replace(provider, "load", _loading_async(ours, keys))
