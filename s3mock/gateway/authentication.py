"""Authentication: who signs a request. ``signatures`` verifies the signature, where the settings require it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error
from s3mock.wire.routes import POST_OBJECT

if TYPE_CHECKING:
    from s3mock.exchange import Exchange, Parameters
    from s3mock.wire.signing.chunks import ChunkVerifier


def authenticate(exchange: Exchange) -> ChunkVerifier | None:
    """The verifier of the body's chunk signatures; None where no signature is verified, and under version 2.

    Raises AccessDenied, InvalidAccessKeyId, and what ``signatures.verify`` raises.
    """
    cloud, signer = exchange.cloud, exchange.signer
    if signer is None:
        if exchange.declared.unsigned:
            # Also without permission (https://github.com/Seagate/cortx-prvsnr/issues/2908), so before any look-up.
            raise S3Error("AccessDenied", exchange.declared.unsigned)
        return None
    exchange.holder = holder = cloud.holder(signer.access_key)
    if not holder.is_accepted and exchange.session_token is None:  # a session's keys are in its token
        raise _unknown_access_key(signer.access_key)
    identity = holder.identity
    is_temporary = identity is not None and identity.token is not None
    checks_headers = cloud.checks_headers and not exchange.request.by_mock
    if not (signer.in_query or checks_headers or is_temporary):
        return None
    setting = cloud.settings.verify_signatures
    if setting == "off":
        return None
    from s3mock.gateway import signatures  # noqa: PLC0415 - most requests are signed in headers that nobody verifies

    return signatures.verify(exchange, signer, headers_too=setting == "all", dated=checks_headers)


def identify(exchange: Exchange, parameters: Parameters) -> None:
    """Note the access key that signed the request, or the form in it, and the account that the key belongs to.

    A form, whose fields hold its session token and its signature, is authenticated: raises InvalidAccessKeyId, what
    ``Identity.check_token`` raises, InvalidArgument and InvalidRequest for the region, and SignatureDoesNotMatch.
    """
    cloud = exchange.cloud
    if exchange.signer is not None:
        exchange.access_key = exchange.signer.access_key
    elif exchange.operation == POST_OBJECT:
        access_key: str | None = parameters["AccessKey"]
        exchange.access_key, exchange.holder = access_key, cloud.holder(access_key)
        if access_key is not None:
            if not exchange.holder.is_accepted:
                raise _unknown_access_key(access_key)
            if cloud.settings.verify_signatures != "off":
                from s3mock.gateway import signatures  # noqa: PLC0415

                signatures.verify_form(exchange, access_key, parameters["Fields"])
    exchange.caller = exchange.holder.account


def _unknown_access_key(access_key: str) -> S3Error:
    return S3Error("InvalidAccessKeyId", AWSAccessKeyId=access_key)
