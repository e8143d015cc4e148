"""Access points: other names of a bucket, each with an ARN, an alias and a host of its own.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html
"""

from __future__ import annotations

import re
from base64 import b32encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, Protocol

from s3mock.errors import S3Error

if TYPE_CHECKING:
    from s3mock.models.account import Account
    from s3mock.models.policy import Policy

ALIAS_SUFFIX = "-s3alias"
OBJECT_LAMBDA_SUFFIX = "--ol-s3"
MULTI_REGION_SUFFIX = ".mrap"

# botocore's partitions.json; what wire/hosts.py reads from the right end of a host.
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
    """What every kind of access point has: its ARN and what else it is called, and the bucket that it leads to."""

    @property
    def arn(self) -> str:
        """The ARN, as a boto3 caller writes it for ``Bucket``."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Whatever a request may call it by."""
        ...

    @property
    def partition(self) -> str:
        """The partition of its buckets."""
        ...

    @property
    def account(self) -> Account:
        """The account that made it."""
        ...

    @property
    def buckets(self) -> tuple[str, ...]:
        """The names of its buckets; requests are sent to the first."""
        ...


class Through(NamedTuple):
    """How a request came: the access point, and what it is called there."""

    point: Point
    called: str

    @property
    def by_alias(self) -> bool:
        """Whether the alias was used."""
        return self.called.endswith((ALIAS_SUFFIX, OBJECT_LAMBDA_SUFFIX))


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """An access point of a bucket.

    Use its ``arn`` or its ``alias`` as ``Bucket`` of boto3, or send requests to its ``host``. It lies in the region of
    its ``bucket`` and belongs to ``account``; ``policy`` says who may use it.

    Raises InvalidAccessPoint for a name or account that none may have.
    """

    name: str
    bucket: str
    account: Account
    region: str
    partition: str = "aws"
    policy: Policy | None = None
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
        """The host that its requests may be sent to."""
        return f"{self.name}-{self.account.id}.s3-accesspoint.{self.region}.{DNS_SUFFIXES[self.partition]}"

    @property
    def names(self) -> tuple[str, ...]:
        """Whatever a request may call it by."""
        return self.arn, self.alias

    @property
    def buckets(self) -> tuple[str, ...]:
        """The name of its bucket."""
        return (self.bucket,)


@dataclass(frozen=True, slots=True)
class MultiRegionAccessPoint:
    """An access point of several buckets, each in another region.

    S3 sends a request to the nearest bucket; here it goes to the first. The ``alias`` is a part of ``arn`` and
    ``host``, and no name by itself. Raises InvalidAccessPoint for a name or account that none may have.
    """

    name: str
    buckets: tuple[str, ...]
    account: Account
    partition: str = "aws"
    alias: str = field(init=False)

    def __post_init__(self) -> None:
        check_name(self.name, "s3", ALIAS_SUFFIX)
        check_account(self.account.id)
        object.__setattr__(self, "alias", _noise(f"{self.account.id}/{self.name}")[:_MULTI_REGION_CHARACTERS] + ".mrap")

    @property
    def arn(self) -> str:
        """The ARN, which names no region."""
        return f"arn:{self.partition}:s3::{self.account.id}:accesspoint/{self.alias}"

    @property
    def host(self) -> str:
        """The host that its requests may be sent to."""
        return f"{self.alias}.accesspoint.s3-global.{DNS_SUFFIXES[self.partition]}"

    @property
    def names(self) -> tuple[str, ...]:
        """Its ARN, and the ARN that its host tells, where the account is missing."""
        return self.arn, f"arn:{self.partition}:s3:::accesspoint/{self.alias}"


def check_name(name: str, service: str, suffix: str) -> None:
    """Refuse what no access point may be called. Raises InvalidAccessPoint.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-restrictions-limitations-naming-rules.html
    """
    longest = _LONGEST_NAMES[service]
    if not _SHORTEST_NAME <= len(name) <= longest or not _NAME.fullmatch(name) or name.endswith(suffix):
        raise S3Error("InvalidAccessPoint")


def check_account(account_id: str) -> None:
    """Refuse what is no account: the ARN could not be used. Raises InvalidAccessPoint."""
    if not re.fullmatch(r"\d{12}", account_id, re.ASCII):
        raise S3Error("InvalidAccessPoint")


def alias(arn: str, service: str, suffix: str) -> str:
    """Return the alias of an access point: the beginning of its name, what looks like noise, its region, the suffix.

    S3 makes the noise up; here it follows from the ARN, so that a test sees the same alias in every run. The form is
    that of the examples in the User Guide, "my-access-point-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias".
    """
    _, _, _, region, _, resource = arn.split(":")
    metadata = f"{_noise(arn)[: _RANDOM_CHARACTERS[service]]}{_short(region)}a{suffix}"
    room = min(_LONGEST_PREFIX, _LONGEST_LABEL - len(metadata) - 1)
    return f"{resource.partition('/')[2][:room].rstrip('-')}-{metadata}"


def _noise(text: str) -> str:
    return b32encode(sha256(text.encode()).digest()).decode().lower().rstrip("=")


def _short(region: str) -> str:
    """Return a region as its zone ids begin: ``use1`` for us-east-1."""
    first, *words = region.split("-")
    return (first + "".join(_COMPASS.get(word, word if word.isdigit() else word[:1]) for word in words))[:_LONGEST_CODE]


def arn_of_label(label: str, service: str, region: str, partition: str) -> str | None:
    """Return the ARN of the access point at the host ``NAME-ACCOUNT.custom.endpoint``; None for any other label."""
    found = _LABEL.fullmatch(label)
    if found is None:
        return None
    return f"arn:{partition}:{service}:{region}:{found['account']}:accesspoint/{found['name']}"


def is_access_point_name(name: str) -> bool:
    """Tell whether ``name`` is no bucket's, but may be an access point's ARN or alias."""
    return name.startswith("arn:") or name.endswith((ALIAS_SUFFIX, OBJECT_LAMBDA_SUFFIX))


def split_object_arn(arn: str) -> tuple[str, str]:
    """Return the ARN of the access point and the key in ``ARN/object/KEY``, as CopySource has it."""
    start, _, key = arn.partition("/object/")
    return start.replace(":accesspoint:", ":accesspoint/"), key  # botocore lets both pass


def no_such_access_point(name: str) -> S3Error:
    """Return what S3 says of an ARN or alias that leads nowhere."""
    if not name.startswith("arn:"):
        # "If the Object Lambda access point alias in a request is not valid, the error code
        # InvalidAccessPointAliasError is returned" (GetBucketLocation); of other aliases: assumed.
        return S3Error("InvalidAccessPointAliasError")
    found = _ARN.fullmatch(name)
    if found is None:  # https://github.com/fluent/fluent-bit/issues/7904
        return S3Error("InvalidBucketName", BucketName=name)
    if not found["region"]:
        return S3Error("NoSuchMultiRegionAccessPoint")
    return S3Error("NoSuchAccessPoint", AccessPointName=found["name"])
