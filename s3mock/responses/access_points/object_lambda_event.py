"""What a function is told of the GetObject that it shall answer: Lambda's event and context.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-event-context.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from s3mock.models.signing import presigned

if TYPE_CHECKING:
    from s3mock.backend.access_points.object_lambda import Invocation
    from s3mock.exchange import Exchange
    from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint
    from s3mock.models.account import Account
    from s3mock.responses.registry import Parameters

AUTHORIZATION = frozenset({"authorization", "x-amz-date", "x-amz-security-token"})
"""Headers that are about the signature; the User Guide does not list them (assumed)."""
AUTHORIZATION_QUERY = frozenset(
    {
        *("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-security-token"),
        *("x-amz-signature", "x-amz-signedheaders", "awsaccesskeyid", "signature", "expires"),
    }
)
SIGNED = ("x-amz-expected-bucket-owner", "x-amz-request-payer")
"""Headers of the request that the function has to send along (User Guide, "Writing Lambda functions")."""
SECONDS = 61
"""How long the presigned URL is good: a little longer than S3 lets the function answer."""


def event(
    exchange: Exchange, request: Parameters, point: ObjectLambdaAccessPoint, invocation: Invocation
) -> dict[str, Any]:
    """Return the event that S3 calls the function with."""
    return {
        "xAmzRequestId": exchange.request_id,
        "getObjectContext": {
            "inputS3Url": _presigned(exchange, request, point),
            "outputRoute": invocation.route,
            "outputToken": invocation.token,
        },
        "configuration": {
            "accessPointArn": point.arn,
            "supportingAccessPointArn": point.supporting.arn,
            "payload": point.payload,
        },
        "userRequest": {"url": _url(exchange.request.url), "headers": _headers(exchange.headers)},
        "userIdentity": _identity(exchange.caller, exchange.access_key or "", point.partition),
        "protocolVersion": "1.00",
    }


class Headers(dict[str, str]):
    """Headers that are found in whatever case they are asked for.

    S3 keeps the case in which they were sent; of that we know no more.
    """

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(_canonical(name))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(_canonical(name))

    def get(self, name: str, default: Any = None) -> Any:
        """Return the header ``name``, or ``default``."""
        return super().get(_canonical(name), default)


def _canonical(name: str) -> str:
    return "-".join([word.capitalize() for word in name.split("-")])


def _headers(sent: dict[str, str]) -> Headers:
    return Headers({_canonical(name): value for name, value in sent.items() if name not in AUTHORIZATION})


def _url(raw: str) -> str:
    """Return the request's URL decoded, without what is about the signature."""
    path, _, query = raw.partition("?")
    kept = [field for field in query.split("&") if field and field.partition("=")[0].lower() not in AUTHORIZATION_QUERY]
    return unquote(path + ("?" + "&".join(kept) if kept else ""))


def _identity(caller: Account, access_key: str, partition: str) -> dict[str, str]:
    """Return who called: an account, and no user or role of it, is all that we know.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
    """
    return {
        "type": "Root",
        "principalId": caller.id,
        "arn": f"arn:{partition}:iam::{caller.id}:root",
        "accountId": caller.id,
        "accessKeyId": access_key,
    }


def _presigned(exchange: Exchange, request: Parameters, point: ObjectLambdaAccessPoint) -> str:
    """Return the URL at which the function finds the object: at the host of the access point below.

    Where the request came to another endpoint than AWS's, the URL is of that endpoint. The caller's secret signs it; an
    empty one does where the secret is not known.
    """
    key = exchange.access_key or ""
    if exchange.target.domain is not None:
        endpoint, path = f"https://{point.supporting.host}", ""
    else:
        host = exchange.request.host
        for label in (f"{point.name}-{point.account.id}.", f"{point.alias}."):
            host = host.removeprefix(label)
        endpoint, path = f"{exchange.request.scheme}://{host}", f"/{point.supporting.alias}"
    return presigned.presigned(
        endpoint,
        f"{path}/{request['Key']}",
        {"versionId": request["VersionId"]} if "VersionId" in request else {},
        {name: exchange.headers[name] for name in SIGNED if name in exchange.headers},
        presigned.Signer(key, exchange.cloud.secret_of(key) or "", exchange.security_token),
        point.region,
        exchange.cloud.clock.now(),
        SECONDS,
    )
