"""Websites: ?website, and what a bucket shows to visitors of its website endpoint.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteHosting.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from urllib.parse import quote

from s3mock.backend import versions
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import regions
from s3mock.models.website import Website, website_of
from s3mock.responses import access, request_payment
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.backend.cloud import Cloud
    from s3mock.models.website import Redirect

HIDDEN = frozenset({"AccessDenied", "NoSuchKey"})
"""What a visitor is told of a key that is not there."""

VISITORS_ERRORS = range(400, 500)


class Page(NamedTuple):
    """An object to show, as GetObject answers it; with ``error``, it is the error document, shown in its place."""

    reply: Parameters
    error: S3Error | None = None


class Moved(NamedTuple):
    """Where to go instead."""

    status: int
    location: str


class Failure(NamedTuple):
    """An error, and the one that was met in reading the error document, if any."""

    error: S3Error
    of_document: S3Error | None = None


@operation("GetBucketWebsite", action="s3:GetBucketWebsite", log="REST.GET.WEBSITE")
def get_bucket_website(exchange: Exchange, _request: Parameters) -> Parameters:
    """Return the bucket's website.

    S3 API: GetBucketWebsite
    """
    return website_in(exchange.bucket).describe()


@operation("PutBucketWebsite", action="s3:PutBucketWebsite", log="REST.PUT.WEBSITE")
def put_bucket_website(exchange: Exchange, request: Parameters) -> Parameters:
    """Make the bucket a website, or replace what it is.

    S3 API: PutBucketWebsite
    """
    exchange.bucket.configure(website=website_of(request["WebsiteConfiguration"]))
    return {}


@operation("DeleteBucketWebsite", action="s3:DeleteBucketWebsite", log="REST.DELETE.WEBSITE")
def delete_bucket_website(exchange: Exchange, _request: Parameters) -> Parameters:
    """Let the bucket be no website any more; it is no error if it was none.

    S3 API: DeleteBucketWebsite
    """
    exchange.bucket.configure(website=None)
    return {}


def website_in(bucket: Bucket) -> Website:
    """Return the bucket's website. Raises NoSuchWebsiteConfiguration."""
    website = bucket.configuration.website
    if website is None:
        raise S3Error("NoSuchWebsiteConfiguration", BucketName=bucket.name)
    return website


def bucket_at(cloud: Cloud, name: str | None, host: str, region: str | None, domain: str | None) -> Bucket:
    """Return the bucket that a host of websites names; a host that names none is a bucket's name itself (assumed).

    ``domain`` is AWS's domain that the host is in, None at any other host.

    Raises NoSuchBucket, and IncorrectEndpoint where an endpoint of AWS's is that of another region.
    """
    if domain is not None and region is not None:
        bucket = cloud.partition(regions.partition_of(region)).get(name or host)
    else:
        bucket = cloud.find_bucket(name or host)
    if bucket is None:
        raise S3Error("NoSuchBucket", BucketName=name or host)
    if domain is not None and bucket.region != (region or regions.CLASSIC):
        raise S3Error("IncorrectEndpoint", Endpoint=endpoint_of(bucket, domain))
    return bucket


def endpoint_of(bucket: Bucket, domain: str) -> str:
    """Return the host of the bucket's website in a domain of AWS's."""
    # us-east-1 is among the old ones here: AWS General Reference, "Amazon S3 website endpoints".
    label = f"s3-{regions.CLASSIC}" if bucket.region == regions.CLASSIC else regions.endpoint_label(bucket.region)
    return f"{bucket.name}.s3-website{label.removeprefix('s3')}.{domain}"


def visit(exchange: Exchange, key: str, asked: Mapping[str, Any], query: str) -> Page | Moved | Failure:
    """Return what a visitor sees who asks for ``key``, which is empty for the root.

    ``asked`` are the conditions and the range. Rules without an error come before the object is looked for, the others
    after; a folder without its slash is sent to its index before any error (assumed).

    Raises NoSuchWebsiteConfiguration.
    """
    website = website_in(exchange.bucket)
    if website.redirect_all is not None:
        return _moved(exchange, website.redirect_all, key, "", query)
    rule = website.rule(key)
    if rule is not None:
        return _moved(exchange, rule.redirect, key, rule.prefix or "", query)
    found = wanted(website, key)
    try:
        reply = _read(exchange, found, asked)
    except S3Error as error:
        if found == key and _is_folder(exchange, key, website.index, error):
            # The answer: brianbeach.com, "Multi Cloud Blog", of January 2020.
            return Failure(S3Error("Found", headers={"Location": f"/{quote(key)}/"}))
        rule = website.rule(key, error.status)
        if rule is not None:
            return _moved(exchange, rule.redirect, key, rule.prefix or "", query)
        return _in_place(exchange, website, error)
    location = reply.get("WebsiteRedirectLocation")
    return Page(reply) if location is None else Moved(301, location)


def wanted(website: Website, key: str) -> str:
    """Return the key of what is shown at ``key``: a folder's index, or what is there itself."""
    return key + website.index if not key or key.endswith("/") else key


def _moved(exchange: Exchange, redirect: Redirect, key: str, prefix: str, query: str) -> Moved:
    return Moved(redirect.status, redirect.location(exchange.endpoint, key, prefix, query))


def _in_place(exchange: Exchange, website: Website, error: S3Error) -> Page | Failure:
    """Return what is shown in place of an object: the error document, for errors of the visitor's (4XX)."""
    if website.error_key is None or error.status not in VISITORS_ERRORS:
        return Failure(error)
    try:
        reply = _read(exchange, website.error_key, {})
    except S3Error as of_document:
        return Failure(error, of_document)
    exchange.status = error.status
    return Page(reply, error)


def _is_folder(exchange: Exchange, key: str, index: str, error: S3Error) -> bool:
    """Tell whether ``key``, which is not there, is that of a folder whose index a visitor may see."""
    if error.code not in HIDDEN or versions.latest(exchange.bucket.state, key) is not None:
        return False
    try:
        _read(exchange, f"{key}/{index}", {})
    except S3Error:
        return False
    return True


def _read(exchange: Exchange, key: str, asked: Mapping[str, Any]) -> Parameters:
    """Read an object as anybody may. Raises what GetObject and HeadObject raise.

    Buckets whose requesters pay show nothing (User Guide, "Website endpoints").
    """
    request = {**asked, "Key": key}
    access.check(exchange, request)
    request_payment.check(exchange, request)
    return cast("Parameters", exchange.declared.handler(exchange, request))  # GetObject's or HeadObject's
