"""Access points: other names of a bucket, each with an ARN, an alias and a host of its own.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html
"""

from __future__ import annotations

import re
from base64 import b32encode
from dataclasses import field
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Protocol

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error

if TYPE_CHECKING:
    from s3mock.models.account import Account
    from s3mock.models.policy import Policy

ALIAS_SUFFIX = "-s3alias"
OBJECT_LAMBDA_SUFFIX = "--ol-s3"
MULTI_REGION_SUFFIX = ".mrap"

# From botocore's partitions.json; wire/hosts.py matches them with the end of a host.
DNS_SUFFIXES = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-us-gov": "amazonaws.com",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
}

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)
_SHORTEST_NAME = 3
_LONGEST_NAMES = {"s3": 50, "s3-object-lambda": 45}
_LABEL = re.compile(r"(?P<name>.+)-(?P<account>\d{12})", re.ASCII)
_ARN = re.compile(r"arn:[^:]+:[^:]+:(?P<region>[^:]*):[^:]*:(?:outpost/[^/]+/)?accesspoint/(?P<name>[^/:]+)")

_LONGEST_LABEL = 63
_LONGEST_PREFIX = 20
_RANDOM_CHARACTERS = {"s3": 29, "s3-object-lambda": 24}
_MULTI_REGION_CHARACTERS = 13
_LONGEST_CODE = 8
_COMPASS = {"northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw"}


class Point(Protocol):
    """What every kind of access point has: an ARN, other names, an account, and the buckets that it leads to."""

    @property
    def arn(self) -> str:
        """The ARN, as a boto3 caller writes it for ``Bucket``."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Its names in requests."""
        ...

    @property
    def partition(self) -> str:
        """The partition of its buckets."""
        ...

    @property
    def account(self) -> Account:
        """The account that owns it."""
        ...

    @property
    def buckets(self) -> tuple[str, ...]:
        """The names of its buckets; requests go to the first."""
        ...


class Through(NamedTuple):
    """The access point of a request, and its name in the request."""

    point: Point
    name: str

    @property
    def by_alias(self) -> bool:
        """Whether the alias was used."""
        return self.name.endswith((ALIAS_SUFFIX, OBJECT_LAMBDA_SUFFIX))


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """An access point of a bucket.

    Use its ``arn`` or its ``alias`` as ``Bucket`` of boto3, or send requests to its ``host``. It is in the region of
    its ``bucket`` and belongs to ``account``; ``policy`` is its own policy, None without one. It accepts requests from
    the VPC ``vpc_id`` only; None if its network origin is the Internet.

    Raises InvalidAccessPoint for an invalid name or account.
    """

    name: str
    bucket: str
    account: Account
    region: str
    partition: str = "aws"
    policy: Policy | None = None
    vpc_id: str | None = None
    arn: str = field(init=False)
    alias: str = field(init=False)

    def __post_init__(self) -> None:
        check_name(self.name, "s3", ALIAS_SUFFIX)
        check_account(self.account.id)
        arn = f"arn:{self.partition}:s3:{self.region}:{self.account.id}:accesspoint/{self.name}"
        object.__setattr__(self, "arn", arn)
        object.__setattr__(self, "alias", alias(arn, "s3", ALIAS_SUFFIX))

    @property
    def host(self) -> str:
        """The host to send its requests to."""
        return f"{self.name}-{self.account.id}.s3-accesspoint.{self.region}.{DNS_SUFFIXES[self.partition]}"

    @property
    def names(self) -> tuple[str, ...]:
        """Its names in requests."""
        return self.arn, self.alias

    @property
    def buckets(self) -> tuple[str, ...]:
        """The name of its bucket."""
        return (self.bucket,)


@dataclass(frozen=True, slots=True)
class MultiRegionAccessPoint:
    """An access point of several buckets, each in another region.

    S3 sends a request to the nearest bucket; here it goes to the first. The ``alias`` is a part of ``arn`` and
    ``host``, but not a name by itself. Raises InvalidAccessPoint for an invalid name or account.
    """

    name: str
    buckets: tuple[str, ...]
    account: Account
    partition: str = "aws"
    alias: str = field(init=False)

    def __post_init__(self) -> None:
        check_name(self.name, "s3", ALIAS_SUFFIX)
        check_account(self.account.id)
        object.__setattr__(self, "alias", _hash(f"{self.account.id}/{self.name}")[:_MULTI_REGION_CHARACTERS] + ".mrap")

    @property
    def arn(self) -> str:
        """The ARN, which names no region."""
        return f"arn:{self.partition}:s3::{self.account.id}:accesspoint/{self.alias}"

    @property
    def host(self) -> str:
        """The host to send its requests to."""
        return f"{self.alias}.accesspoint.s3-global.{DNS_SUFFIXES[self.partition]}"

    @property
    def names(self) -> tuple[str, ...]:
        """Its ARN, and the ARN of requests to its host, which has no account."""
        return self.arn, f"arn:{self.partition}:s3:::accesspoint/{self.alias}"


def check_name(name: str, service: str, suffix: str) -> None:
    """Refuse an invalid name of an access point. Raises InvalidAccessPoint.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-restrictions-limitations-naming-rules.html
    """
    longest = _LONGEST_NAMES[service]
    if not _SHORTEST_NAME <= len(name) <= longest or not _NAME.fullmatch(name) or name.endswith(suffix):
        raise S3Error("InvalidAccessPoint")


def check_account(account_id: str) -> None:
    """Refuse an invalid account id, which would make the ARN unusable. Raises InvalidAccessPoint."""
    if not re.fullmatch(r"\d{12}", account_id, re.ASCII):
        raise S3Error("InvalidAccessPoint")


def alias(arn: str, service: str, suffix: str) -> str:
    """The alias of an access point: the beginning of its name, random characters, its region, and the suffix.

    The random characters are a hash of the ARN, so that a test sees the same alias in every run. The form is that of
    the examples in the User Guide, "my-access-point-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias".
    """
    _, _, _, region, _, resource = arn.split(":")
    # The region is abbreviated as in the ids of its zones: use1 for us-east-1.
    area, *words = region.split("-")
    code = area + "".join(_COMPASS.get(word, word if word.isdigit() else word[:1]) for word in words)
    metadata = f"{_hash(arn)[: _RANDOM_CHARACTERS[service]]}{code[:_LONGEST_CODE]}a{suffix}"
    longest = min(_LONGEST_PREFIX, _LONGEST_LABEL - len(metadata) - 1)
    return f"{resource.partition('/')[2][:longest].rstrip('-')}-{metadata}"


def _hash(text: str) -> str:
    return b32encode(sha256(text.encode()).digest()).decode().lower().rstrip("=")


def arn_of_label(label: str, service: str, region: str, partition: str) -> str | None:
    """The ARN of the access point at the host ``NAME-ACCOUNT.custom.endpoint``; None for any other label."""
    match = _LABEL.fullmatch(label)
    if match is None:
        return None
    return f"arn:{partition}:{service}:{region}:{match['account']}:accesspoint/{match['name']}"


def is_access_point_name(name: str) -> bool:
    """Whether ``name`` is the ARN or alias of an access point, existing or not, instead of a bucket's name."""
    return name.startswith("arn:") or name.endswith((ALIAS_SUFFIX, OBJECT_LAMBDA_SUFFIX))


def split_object_arn(arn: str) -> tuple[str, str]:
    """The ARN of the access point and the key in ``ARN/object/KEY``, the form of CopySource."""
    start, _, key = arn.partition("/object/")
    return start.replace(":accesspoint:", ":accesspoint/"), key  # botocore accepts both


def no_such_access_point(name: str) -> S3Error:
    """S3's error for an ARN or alias that belongs to no access point."""
    if not name.startswith("arn:"):
        # "The specified access point alias name is not valid" (Error responses).
        return S3Error("InvalidAccessPointAliasError")
    match = _ARN.fullmatch(name)
    if match is None:  # https://github.com/fluent/fluent-bit/issues/7904
        return S3Error("InvalidBucketName", BucketName=name)
    if not match["region"]:
        return S3Error("NoSuchMultiRegionAccessPoint")
    return S3Error("NoSuchAccessPoint", AccessPointName=match["name"])
