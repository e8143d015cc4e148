"""The website of a bucket: ?website. What it shows to visitors is in ``gateway.website``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.website import Website, website_of
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket


@operation("GetBucketWebsite", action="s3:GetBucketWebsite", log="REST.GET.WEBSITE")
def get_bucket_website(exchange: Exchange, _request: Parameters) -> Parameters:
    """The bucket's website.

    S3 API: GetBucketWebsite
    """
    return website_in(exchange.bucket).describe()


@operation("PutBucketWebsite", action="s3:PutBucketWebsite", log="REST.PUT.WEBSITE")
def put_bucket_website(exchange: Exchange, request: Parameters) -> Parameters:
    """Make the bucket a website, or replace its website configuration.

    S3 API: PutBucketWebsite
    """
    exchange.configure(website=website_of(request["WebsiteConfiguration"]))
    return {}


@operation("DeleteBucketWebsite", action="s3:DeleteBucketWebsite", log="REST.DELETE.WEBSITE")
def delete_bucket_website(exchange: Exchange, _request: Parameters) -> Parameters:
    """Delete the bucket's website configuration; it is no error if there is none.

    S3 API: DeleteBucketWebsite
    """
    exchange.configure(website=None)
    return {}


def website_in(bucket: Bucket) -> Website:
    """The bucket's website. Raises NoSuchWebsiteConfiguration."""
    website = bucket.configuration.website
    if website is None:
        raise S3Error("NoSuchWebsiteConfiguration", BucketName=bucket.name)
    return website
