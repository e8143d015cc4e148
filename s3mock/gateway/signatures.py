"""The signatures of requests, verified as far as the settings require it.

What was signed is read by ``wire``; the secret that signs it is the cloud's to know.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from s3mock.models import signing
from s3mock.models.signing import form
from s3mock.wire.signing import v2, v4
from s3mock.wire.signing.chunks import ChunkVerifier
from s3mock.wire.signing.credential import V2, V4A

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.exchange import Exchange
    from s3mock.http import Credential


def verify(exchange: Exchange, signer: Credential, *, headers_too: bool, dated: bool) -> ChunkVerifier | None:
    """The verifier of the body's chunk signatures; None where no signature is verified, and under version 2.

    Whether a presigned URL has expired depends on the clock alone. A signature is verified where the secret is known,
    in a URL, and with ``headers_too`` in headers. ``dated`` is whether the date of signed headers must be near.

    Differs: signatures of version 4A are accepted at Multi-Region Access Points, and refused elsewhere, as none of them
    is calculated; those of version 2 are not verified at access points, which do not support it.

    Raises AccessDenied, AuthorizationQueryParametersError, AuthorizationHeaderMalformed, RequestTimeTooSkewed,
    InvalidRequest, InvalidToken, ExpiredToken, SignatureDoesNotMatch.
    """
    cloud, request, query, target = exchange.cloud, exchange.request, exchange.query, exchange.target
    access_key, identity, is_v2 = signer.access_key, exchange.holder.identity, signer.algorithm == V2

    # Newer regions do not support version 2.
    if is_v2 and target.domain is not None and target.endpoint == "s3":
        signing.check_version_2(exchange.region)

    # The date of the signature, and whether everything is signed that has to be.
    now = cloud.clock.now()
    if signer.in_query:
        if is_v2:
            v2.check_query(query, now)
        else:
            v4.check_query(request, query, signer, now)
    elif dated:
        # A client in another process does not know that the clock was advanced.
        clocks = (now, now - timedelta(seconds=cloud.clock.offset))
        if is_v2:
            v2.check_header(request, clocks, required=headers_too)
        else:
            v4.check_header(request, signer, clocks, required=headers_too)

    # The access key's session token, if it is a temporary one.
    if identity is not None:
        identity.check_token(exchange.security_token, now)

    # The signature itself.
    if not (signer.in_query or headers_too) or (is_v2 and target.endpoint != "s3"):
        return None
    is_v4a = signer.algorithm == V4A
    if is_v4a and target.endpoint == "mrap":
        return None
    secret = cloud.secret_of(access_key, exchange.session_token)
    if secret is None:
        return None
    if is_v2:
        claim = v2.query_claim(request, query, target) if signer.in_query else v2.header_claim(request, target)
    else:
        claim = v4.query_claim(request, query, signer) if signer.in_query else v4.header_claim(request, signer)
    signed, scope = claim.string_to_sign, claim.scope
    calculated = None  # no signature of version 4A is right here
    if scope is None:
        signed = next((text for text in claim.others if signing.version_2(secret, text) == claim.signature), signed)
        calculated = signing.version_2(secret, signed)
    elif not is_v4a:
        calculated = signing.version_4(secret, scope, signed)
    signing.compare(access_key, claim.signature, calculated, signed, claim.canonical_request)
    if scope is None:
        return None

    def verify(text: str, provided: str) -> None:
        signing.compare(access_key, provided, signing.version_4(secret, scope, text), text)

    date = signed.split("\n", 2)[1]
    return ChunkVerifier(date, scope, claim.signature, verify)


def verify_form(exchange: Exchange, access_key: str, fields: Mapping[str, str]) -> None:
    """Verify the session token and the signature of a form, as ``verify`` does those of other requests."""
    cloud = exchange.cloud
    identity, secret = exchange.holder.identity, cloud.secret_of(access_key)
    if identity is not None:
        identity.check_token(fields.get("x-amz-security-token"), cloud.clock.now())
    if secret is not None:
        # An access point's bucket, and one that does not exist, are found out later.
        form.check_region(fields, exchange.bucket.region if exchange.has_bucket else exchange.region)
        form.verify(fields, secret)
