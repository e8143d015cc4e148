"""The regions of S3 by partition, and location constraints."""

from __future__ import annotations

from collections.abc import Mapping

from s3mock.errors import S3Error

REGIONS = {
    "aws": frozenset(
        {
            *("af-south-1", "ca-central-1", "ca-west-1", "il-central-1", "me-central-1", "me-south-1"),
            *("ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"),
            *("ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4"),
            *("ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "mx-central-1", "sa-east-1"),
            *("eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2"),
            *("eu-west-1", "eu-west-2", "eu-west-3", "us-east-1", "us-east-2", "us-west-1", "us-west-2"),
        }
    ),
    "aws-cn": frozenset(["cn-north-1", "cn-northwest-1"]),
    "aws-us-gov": frozenset(["us-gov-east-1", "us-gov-west-1"]),
    "aws-iso": frozenset(["us-iso-east-1", "us-iso-west-1"]),
    "aws-iso-b": frozenset(["us-isob-east-1", "us-isob-west-1"]),
    "aws-iso-e": frozenset(["eu-isoe-west-1"]),
    "aws-iso-f": frozenset(["us-isof-east-1", "us-isof-south-1"]),
    "aws-eusc": frozenset(["eusc-de-east-1"]),
}
KNOWN = frozenset().union(*REGIONS.values())
PARTITIONS = {region: partition for partition, regions in REGIONS.items() for region in regions}
CLASSIC = "us-east-1"
"""The region of buckets without a LocationConstraint; its endpoint creates buckets in any region."""

LATE = REGIONS["aws"] - {
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    *("ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1"),
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
}
"""The regions opened after March 20, 2019: S3 does not redirect from or to them (User Guide, "DNS routing")."""

_DASHED = frozenset(
    {
        *("ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-1", "sa-east-1"),
        *("us-gov-west-1", "us-west-1", "us-west-2"),
    }
)
"""The regions older than 2014, whose endpoints S3 names in the old way, with a dash: seen for us-west-2, ap-northeast-1
and ap-southeast-2 (and a dot for eu-central-1), assumed for the others."""

ALIASES = {"EU": "eu-west-1"}
"""Location constraints older than the names of regions; GetBucketLocation returns them as they were given."""


def partition_of(region: str) -> str:
    """The partition of ``region``; "aws" for an unknown region."""
    return PARTITIONS.get(region, "aws")


def endpoint_label(region: str) -> str:
    """The name of the endpoint in ``region`` as S3's responses have it: ``s3-us-west-2``, ``s3.eu-central-1``."""
    return f"s3{'-' if region in _DASHED else '.'}{region}"


def illegal_location_constraint(constraint: str | None, headers: Mapping[str, str] | None = None) -> S3Error:
    """The error for a location constraint that is not the endpoint's region; None is no constraint."""
    location = "unspecified" if constraint is None else constraint
    message = "The {} location constraint is incompatible for the region specific endpoint this request was sent to."
    return S3Error("IllegalLocationConstraintException", message.format(location), headers=headers)


def check_location_constraint(constraint: str | None, endpoint_region: str) -> str:
    """The region of a new bucket with ``constraint``, None for none, at the endpoint of ``endpoint_region``.

    Raises InvalidLocationConstraint at the us-east-1 endpoint and IllegalLocationConstraintException at any other
    (s3_facts 4).
    """
    region = ALIASES.get(constraint or "", constraint)
    if endpoint_region == CLASSIC:
        if region is None:
            return CLASSIC
        if region == CLASSIC or region not in REGIONS["aws"]:
            raise S3Error("InvalidLocationConstraint", LocationConstraint=constraint)
        return region
    if region != endpoint_region:
        raise illegal_location_constraint(constraint)
    return region
