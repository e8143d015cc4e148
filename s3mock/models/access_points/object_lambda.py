"""Object Lambda access points: a function makes the response of GetObject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, Any

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.models.access_points import DNS_SUFFIXES, OBJECT_LAMBDA_SUFFIX, AccessPoint, alias, check_name

if TYPE_CHECKING:
    from s3mock.models.account import Account

FEATURES = ("GetObject-Range", "GetObject-PartNumber", "HeadObject-Range", "HeadObject-PartNumber")
"""The parameters of requests that an Object Lambda access point may allow."""

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class ObjectLambdaAccessPoint:
    """An access point whose GetObject calls ``function``; everything else goes to its ``supporting`` access point.

    Use its ``arn`` or its ``alias`` as ``Bucket`` of boto3, or send requests to its ``host``. The function gets the
    ``payload``; ``features`` are the ``AllowedFeatures`` of its configuration. Raises InvalidAccessPoint for an invalid
    name, and ValueError for an unknown feature.
    """

    name: str
    supporting: AccessPoint
    function: Function
    payload: str = ""
    features: frozenset[str] = frozenset()
    arn: str = field(init=False)
    alias: str = field(init=False)

    def __post_init__(self) -> None:
        check_name(self.name, "s3-object-lambda", OBJECT_LAMBDA_SUFFIX)
        unknown = sorted(self.features.difference(FEATURES))
        if unknown:
            from s3mock import near_misses  # noqa: PLC0415 - for errors only

            raise ValueError(near_misses.message("an Object Lambda access point has no feature", unknown[0], FEATURES))
        arn = f"arn:{self.partition}:s3-object-lambda:{self.region}:{self.account.id}:accesspoint/{self.name}"
        object.__setattr__(self, "arn", arn)
        object.__setattr__(self, "alias", alias(arn, "s3-object-lambda", OBJECT_LAMBDA_SUFFIX))

    @property
    def account(self) -> Account:
        """The account that it belongs to."""
        return self.supporting.account

    @property
    def region(self) -> str:
        """The region that it is in."""
        return self.supporting.region

    @property
    def partition(self) -> str:
        """The partition of its bucket."""
        return self.supporting.partition

    @property
    def host(self) -> str:
        """The host to send its requests to."""
        return f"{self.name}-{self.account.id}.s3-object-lambda.{self.region}.{DNS_SUFFIXES[self.partition]}"

    @property
    def names(self) -> tuple[str, ...]:
        """Its names in requests."""
        return self.arn, self.alias

    @property
    def buckets(self) -> tuple[str, ...]:
        """The name of the bucket of its supporting access point."""
        return self.supporting.buckets


STATUSES = {
    200: "OK",
    206: "PartialContent",
    304: "NotModified",
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    411: "LengthRequired",
    412: "PreconditionFailed",
    416: "RangeNotSatisfiable",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}
"""The statuses that a function may answer with (WriteGetObjectResponse, x-amz-fwd-status), and the error code of each
where the function gives only a message (assumed)."""
ERROR = 400
"""Statuses from here on are errors."""


_INVALID = "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: {}"
"""S3's message for an invalid value (https://github.com/aws/aws-sdk-ruby/issues/2508); the constraints are those of
WriteGetObjectResponse's documentation, their wording is assumed."""


def check_answer(status: int, error_code: str | None, message: str | None) -> None:
    """Refuse an invalid answer of a function. Raises ValidationError."""
    if status not in STATUSES:
        constraint = f"Member must satisfy enum value set: [{', '.join(map(str, STATUSES))}]"
        raise S3Error("ValidationError", _INVALID.format(status, "statusCode", constraint))
    if error_code is not None and not (
        len(error_code) > 1 and error_code.isascii() and error_code.isalpha() and error_code[0].isupper()
    ):
        constraint = "Member must satisfy regular expression pattern: ^[A-Z][a-zA-Z]+$"
        raise S3Error("ValidationError", _INVALID.format(error_code, "errorCode", constraint))
    if status < ERROR and (error_code is not None or message is not None):
        raise S3Error("ValidationError", "An error code or message cannot be used with a successful status code.")
