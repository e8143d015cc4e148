from __future__ import annotations

import botocore.session
import pytest

from s3mock.errors import S3Error
from s3mock.models import regions
from s3mock.models.regions import ALIASES, KNOWN, check_location_constraint, partition_of


def test_every_location_constraint_of_botocore_is_a_region() -> None:
    model = botocore.session.get_session().get_service_model("s3")
    named = set(model.shape_for("BucketLocationConstraint").enum)  # type: ignore[attr-defined]
    assert named - ALIASES.keys() <= KNOWN


def test_every_region_is_in_the_partition_of_botocore() -> None:
    session = botocore.session.get_session()
    for partition in session.get_available_partitions():
        for region in session.get_available_regions("s3", partition):
            assert partition_of(region) == partition


def test_every_region_is_in_one_partition_and_an_unknown_one_in_aws() -> None:
    assert sum(map(len, regions.REGIONS.values())) == len(KNOWN)
    assert partition_of("nowhere-1") == "aws"


@pytest.mark.parametrize(
    ("constraint", "endpoint", "region"),
    [
        (None, "us-east-1", "us-east-1"),
        ("eu-west-2", "us-east-1", "eu-west-2"),
        ("EU", "us-east-1", "eu-west-1"),
        ("EU", "eu-west-1", "eu-west-1"),
        ("eu-west-2", "eu-west-2", "eu-west-2"),
        ("us-gov-west-1", "us-gov-west-1", "us-gov-west-1"),
        ("nowhere-1", "nowhere-1", "nowhere-1"),
    ],
)
def test_a_location_constraint_is_the_region_of_a_bucket(constraint: str | None, endpoint: str, region: str) -> None:
    assert check_location_constraint(constraint, endpoint) == region


@pytest.mark.parametrize(
    ("constraint", "endpoint", "code"),
    [
        ("us-east-1", "us-east-1", "InvalidLocationConstraint"),
        ("", "us-east-1", "InvalidLocationConstraint"),
        ("eu", "us-east-1", "InvalidLocationConstraint"),
        ("us-gov-west-1", "us-east-1", "InvalidLocationConstraint"),
        (None, "eu-west-2", "IllegalLocationConstraintException"),
        ("", "eu-west-2", "IllegalLocationConstraintException"),
        ("EU", "eu-west-2", "IllegalLocationConstraintException"),
        ("us-east-1", "eu-west-2", "IllegalLocationConstraintException"),
        (None, "us-gov-west-1", "IllegalLocationConstraintException"),
    ],
)
def test_an_invalid_location_constraint_is_refused(constraint: str | None, endpoint: str, code: str) -> None:
    with pytest.raises(S3Error) as refused:
        check_location_constraint(constraint, endpoint)
    assert refused.value.code == code
    assert refused.value.status == 400
