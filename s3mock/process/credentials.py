"""Whose credentials sign while a mock is active, and how botocore is kept from fetching real ones."""
# ruff: noqa: SLF001 - botocore has no public hooks for this; tests/test_upstream.py watches what is used

from __future__ import annotations

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
    """Whether an access key looks like one that AWS gave out (IAM User Guide, "Unique identifiers")."""
    return access_key.startswith(("AKIA", "ASIA"))


def install(patches: Patches, settings: Settings) -> None:
    """Let S3 clients without credentials sign, and fetch none from the instance or the container.

    Clients of other services are not touched, but that their credentials do not come from instance metadata.
    """
    patches.replace(signers.RequestSigner, "get_auth_instance", lambda original: _signing(original, patches))
    for name in ("_fetch_metadata_token", "_get_request"):
        patches.replace(botocore.utils.IMDSFetcher, name, lambda original: _no_instance(original, patches))
    patches.replace(
        botocore.utils.ContainerMetadataFetcher,
        "_retrieve_credentials",
        lambda original: _no_container(original, patches),
    )
    patches.replace(credentials.ContainerProvider, "load", lambda original: _no_provider(original, patches))
    patches.replace(
        configprovider.ConfiguredEndpointProvider, "provide", lambda original: _endpoint(original, patches, settings)
    )


def _signing(original: Function, patches: Patches) -> Function:
    """Sign for S3 with the mock's credentials where the client has none, or such as would have to be refreshed."""

    def get_auth_instance(
        signer: Any,
        signing_name: str,
        region_name: str,
        signature_version: str | None = None,
        request_credentials: Any = None,
        **kwargs: Any,
    ) -> Any:
        if patches.in_force and signer._service_id == "S3":
            found = request_credentials or signer._credentials
            if found is None or isinstance(found, credentials.RefreshableCredentials):
                request_credentials = _OURS
        return original(signer, signing_name, region_name, signature_version, request_credentials, **kwargs)

    return get_auth_instance


def _no_instance(original: Function, patches: Patches) -> Function:
    """Fail as when the instance metadata service does not answer, which callers know how to bear, but at once."""

    def refuse(fetcher: Any, *args: Any, **kwargs: Any) -> Any:
        if not patches.in_force:
            return original(fetcher, *args, **kwargs)
        raise fetcher._RETRIES_EXCEEDED_ERROR_CLS

    return refuse


def _no_container(original: Function, patches: Patches) -> Function:
    def refuse(fetcher: Any, full_url: str, *args: Any, **kwargs: Any) -> Any:
        if not patches.in_force:
            return original(fetcher, full_url, *args, **kwargs)
        raise MetadataRetrievalError(error_msg=f"mock_s3 is active: credentials are not fetched from {full_url}")

    return refuse


def _no_provider(original: Function, patches: Patches) -> Function:
    def load(provider: Any) -> Any:
        return None if patches.in_force else original(provider)

    return load


def _endpoint(original: Function, patches: Patches, settings: Settings) -> Function:
    """Ignore the S3 endpoint of the environment (AWS_ENDPOINT_URL and its kin) or of ~/.aws, unless a setting lists it.

    It is left over from elsewhere, say from LocalStack: other services keep theirs.
    """

    def provide(provider: Any) -> Any:
        url = original(provider)
        if url and patches.in_force and provider._client_name == "s3":
            host = host_of(url)
            return url if host in settings.custom_endpoints or host in settings.passthrough else None
        return url

    return provide
