"""The identity of a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.dataclass import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from s3mock.models.account import Account


@dataclass(frozen=True, slots=True)
class BucketIdentity:
    """What never changes about a bucket.

    ``number`` differs from that of a later bucket of the same name. ``zone`` is the zone id of a directory bucket, None
    for every other bucket.
    """

    name: str
    account: Account
    region: str
    creation_date: datetime
    partition: str = "aws"
    number: int = 0
    zone: str | None = None

    @property
    def arn(self) -> str:
        """The bucket's ARN."""
        if self.zone is not None:
            return f"arn:{self.partition}:s3express:{self.region}:{self.account.id}:bucket/{self.name}"
        return f"arn:{self.partition}:s3:::{self.name}"
