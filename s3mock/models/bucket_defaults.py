"""The configuration of a new bucket, which S3 has changed over the years."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from s3mock.models import ownership_controls, public_access_block
from s3mock.models.configuration import Configuration, Topics
from s3mock.models.encryption import SSE_C


class Change(NamedTuple):
    """A change of the configuration of new buckets, from ``since`` on, except in the regions of ``except_in``.

    ``text`` and ``source`` are for the documentation.
    """

    since: date
    text: str
    source: str
    topics: Topics
    except_in: frozenset[str] = frozenset()


CHANGES = (
    # The blog post announced it for April; it was in us-east-2 and not yet in us-east-1 on 20 April
    # (https://github.com/aws/aws-cli/issues/7838), and its update of 27 April says "now", "in all AWS Regions".
    Change(
        date(2023, 4, 27),
        "ACLs are disabled (`BucketOwnerEnforced`), and Block Public Access is on. The date is that of AWS's "
        "announcement for all regions; some had the change earlier in the month.",
        "https://aws.amazon.com/blogs/aws/amazon-s3-block-public-access-another-layer-of-protection-for-your-accounts-and-buckets/",
        {
            "ownership": ownership_controls.BUCKET_OWNER_ENFORCED,
            "public_access_block": public_access_block.EVERYTHING,
        },
    ),
    Change(
        date(2026, 4, 6),
        "SSE-C is blocked, except in `me-central-1` and `me-south-1`. The date is that of the first regions; the "
        "others followed in the same month.",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-s3-c-encryption-setting-faq.html",
        {"blocked_encryption_types": (SSE_C,)},
        except_in=frozenset({"me-central-1", "me-south-1"}),
    ),
)
"""Every documented change, the oldest first.

SSE-S3 as the default encryption (January 2023) is not one: S3 applied it to the existing buckets as well
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html), so every bucket has it.
"""


def of_new_bucket(defaults: str | date, region: str) -> Configuration:
    """The configuration of a bucket that S3 creates in ``region``.

    ``defaults`` is the day of its creation, "classic" for a day before all changes, or "current" for one after them.
    """
    topics: Topics = {}
    for change in CHANGES:
        changed = change.since <= defaults if isinstance(defaults, date) else defaults == "current"
        if changed and region not in change.except_in:
            topics |= change.topics
    return Configuration(**topics)
