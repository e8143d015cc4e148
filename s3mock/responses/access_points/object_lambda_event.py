"""The event of the GetObject that a function of Object Lambda answers.

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
    from s3mock.responses.registry import Parameters

AUTHORIZATION = frozenset({"authorization", "x-amz-date", "x-amz-security-token"})
"""The event has the headers "from the original call, excluding any authorization-related headers" (User Guide)."""
AUTHORIZATION_QUERY = frozenset(
    {
        *("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-expires", "x-amz-security-token"),
        *("x-amz-signature", "x-amz-signedheaders", "awsaccesskeyid", "signature", "expires"),
    }
)
SIGNED = ("x-amz-expected-bucket-owner", "x-amz-request-payer")
"""Headers of the request that the function has to send, too (User Guide, "Writing Lambda functions")."""
SECONDS = 61
"""How long the presigned URL is valid: a little longer than S3 waits for the function's answer."""


class Headers(dict[str, str]):
    """Headers with case-insensitive names.

    S3 keeps the case in which they were sent, which is not known here.
    """

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(_canonical(name))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(_canonical(name))

    def get(self, name: str, default: Any = None) -> Any:
        """The header ``name``, or ``default``."""
        return super().get(_canonical(name), default)


def _canonical(name: str) -> str:
    return "-".join([word.capitalize() for word in name.split("-")])


def event(
    exchange: Exchange, request: Parameters, point: ObjectLambdaAccessPoint, invocation: Invocation
) -> dict[str, Any]:
    """The event that S3 calls the function with."""
    caller, access_key, supporting = exchange.caller, exchange.access_key or "", point.supporting

    # The function reads the object at the host of the access point below, or at the endpoint that the request came to,
    # if that is not AWS's. The caller's secret signs the URL; an empty one does where it is not known.
    if exchange.target.domain is not None:
        endpoint, path = f"https://{supporting.host}", ""
    else:
        host = exchange.request.host
        for label in (f"{point.name}-{point.account.id}.", f"{point.alias}."):
            host = host.removeprefix(label)
        endpoint, path = f"{exchange.request.scheme}://{host}", f"/{supporting.alias}"
    input_url = presigned.presigned(
        endpoint,
        f"{path}/{request['Key']}",
        {"versionId": request["VersionId"]} if "VersionId" in request else {},
        {name: exchange.headers[name] for name in SIGNED if name in exchange.headers},
        presigned.Signer(access_key, exchange.cloud.secret_of(access_key) or "", exchange.security_token),
        point.region,
        exchange.cloud.clock.now(),
        SECONDS,
    )

    # The request as the caller sent it, decoded and without its signature.
    address, _, query = exchange.request.url.partition("?")
    fields = [
        field for field in query.split("&") if field and field.partition("=")[0].lower() not in AUTHORIZATION_QUERY
    ]
    url = unquote(address + ("?" + "&".join(fields) if fields else ""))
    headers = {_canonical(name): value for name, value in exchange.headers.items() if name not in AUTHORIZATION}

    return {
        "xAmzRequestId": exchange.request_id,
        "getObjectContext": {
            "inputS3Url": input_url,
            "outputRoute": invocation.route,
            "outputToken": invocation.token,
        },
        "configuration": {
            "accessPointArn": point.arn,
            "supportingAccessPointArn": supporting.arn,
            "payload": point.payload,
        },
        "userRequest": {"url": url, "headers": Headers(headers)},
        # The caller is an account, without a user or a role of it:
        # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
        "userIdentity": {
            "type": "Root",
            "principalId": caller.id,
            "arn": f"arn:{point.partition}:iam::{caller.id}:root",
            "accountId": caller.id,
            "accessKeyId": access_key,
        },
        "protocolVersion": "1.00",
    }
