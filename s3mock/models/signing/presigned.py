"""Presigned URLs, as S3 makes them for the functions of Object Lambda.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from s3mock.models import signing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

ALGORITHM = "AWS4-HMAC-SHA256"


class Signer(NamedTuple):
    """The credentials to sign with: an access key, its secret, and the token of temporary credentials."""

    access_key: str
    secret: str
    token: str | None = None


def presigned(
    endpoint: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    signer: Signer,
    region: str,
    now: datetime,
    seconds: int,
) -> str:
    """The URL of a GET that is valid for ``seconds``.

    ``endpoint`` is scheme and host, ``path`` is decoded; ``headers``, by names in lower case, have to be sent with it.
    """
    scope = f"{now:%Y%m%d}/{region}/s3/aws4_request"
    signed = {"host": endpoint.partition("://")[2], **headers}
    names = ";".join(sorted(signed))
    fields = dict(query)
    if signer.token is not None:
        fields["X-Amz-Security-Token"] = signer.token
    fields |= {
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Date": f"{now:%Y%m%dT%H%M%SZ}",
        "X-Amz-SignedHeaders": names,
        "X-Amz-Expires": str(seconds),
        "X-Amz-Credential": f"{signer.access_key}/{scope}",
    }
    path = quote(path, safe="/~")
    pairs = [f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in fields.items()]
    lines = [f"{name}:{signed[name].strip()}\n" for name in sorted(signed)]
    canonical = f"GET\n{path}\n{'&'.join(sorted(pairs))}\n{''.join(lines)}\n{names}\nUNSIGNED-PAYLOAD"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"{ALGORITHM}\n{fields['X-Amz-Date']}\n{scope}\n{digest}"
    signature = signing.version_4(signer.secret, scope, to_sign)
    return f"{endpoint}{path}?{'&'.join(pairs)}&X-Amz-Signature={signature}"
