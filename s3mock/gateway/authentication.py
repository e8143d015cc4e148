"""Is it who it says? The step of the gateway that verifies signatures, as far as the settings want it.

What was signed is read by ``wire``; the secret that it should have been signed with, the cloud knows.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from s3mock.models import signing
from s3mock.wire.routes import POST_OBJECT
from s3mock.wire.signing import v2, v4
from s3mock.wire.signing.chunks import ChunkVerifier
from s3mock.wire.signing.credential import V2, V4A

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.backend.cloud import Cloud
    from s3mock.exchange import Exchange, Parameters
    from s3mock.http import Credential, Request, Target
    from s3mock.wire.signing.claim import Claim


def authenticate(exchange: Exchange) -> ChunkVerifier | None:
    """Refuse a request that is not signed as S3 wants it; return what its chunks are verified with, if they are to be.

    The clock decides whether a presigned URL is still good, whoever signed it. A signature is verified where the secret
    is known and the settings want it: by default in a URL, and in headers if they say ``all``.

    Differs: signatures of version 4A are taken as they are, and those of version 2 at access points, which know none.

    Raises AccessDenied, AuthorizationQueryParametersError, AuthorizationHeaderMalformed, RequestTimeTooSkewed,
    InvalidRequest, InvalidAccessKeyId, InvalidToken, ExpiredToken, SignatureDoesNotMatch.
    """
    cloud, signer = exchange.cloud, exchange.signer
    if signer is None or not (signer.in_query or cloud.checks_headers or cloud.identities.temporary):
        return None
    wanted = cloud.settings.verify_signatures
    if wanted == "off":
        return None
    request, query, target = exchange.request, exchange.query, exchange.target
    if signer.algorithm == V2 and target.domain is not None and target.endpoint == "s3":
        signing.check_version_2(exchange.region)
    everything = wanted == "all"
    _check_time(cloud, request, query, signer, required=everything)
    identity = cloud.identities.find(signer.access_key)
    if identity is not None:
        identity.check_token(_said(request, query, "X-Amz-Security-Token"), cloud.clock.now())
    if not (signer.in_query or everything) or _unverified(signer, target):
        return None
    secret = cloud.secret_of(signer.access_key, _said(request, query, "X-Amz-S3session-Token"))
    if secret is None:
        return None
    claim = _claim(request, query, target, signer)
    calculated = _sign(secret, claim.scope, claim.string_to_sign)
    signing.compare(signer.access_key, claim.signature, calculated, claim.string_to_sign, claim.canonical_request)
    return None if claim.scope is None else _seal(claim, claim.scope, signer.access_key, secret)


def identify(exchange: Exchange, parameters: Parameters) -> None:
    """Find out who calls: whose key signed the request, or the form in it."""
    if exchange.signer is not None:
        exchange.access_key = exchange.signer.access_key
    elif exchange.operation == POST_OBJECT:
        exchange.access_key = parameters["AccessKey"]
    exchange.caller = exchange.cloud.caller(exchange.access_key)


def _unverified(signer: Credential, target: Target) -> bool:
    return signer.algorithm == V4A or (signer.algorithm == V2 and target.endpoint != "s3")


def _check_time(
    cloud: Cloud, request: Request, query: Mapping[str, str], signer: Credential, *, required: bool
) -> None:
    now = cloud.clock.now()
    if signer.in_query:
        if signer.algorithm == V2:
            v2.check_query(query, now)
        else:
            v4.check_query(request, query, signer, now)
    elif cloud.checks_headers:
        # A client in another process does not know that the clock was advanced.
        clocks = (now, now - timedelta(seconds=cloud.clock.offset))
        if signer.algorithm == V2:
            v2.check_header(request, clocks, required=required)
        else:
            v4.check_header(request, signer, clocks, required=required)


def _claim(request: Request, query: Mapping[str, str], target: Target, signer: Credential) -> Claim:
    if signer.algorithm == V2:
        return v2.query_claim(request, query, target) if signer.in_query else v2.header_claim(request, target)
    return v4.query_claim(request, query, signer) if signer.in_query else v4.header_claim(request, signer)


def _sign(secret: str, scope: str | None, text: str) -> str:
    return signing.version_2(secret, text) if scope is None else signing.version_4(secret, scope, text)


def _seal(claim: Claim, scope: str, access_key: str, secret: str) -> ChunkVerifier:
    date = claim.string_to_sign.split("\n", 2)[1]

    def verify(text: str, provided: str) -> None:
        signing.compare(access_key, provided, signing.version_4(secret, scope, text), text)

    return ChunkVerifier(date, scope, claim.signature, verify)


def _said(request: Request, query: Mapping[str, str], name: str) -> str | None:
    """Return what a header says, else the parameter of the same name: version 4 has capitals in it, version 2 none."""
    lower = name.lower()
    return request.headers.get(lower) or query.get(name) or query.get(lower)
