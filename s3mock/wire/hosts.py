"""The bucket, key and endpoint that a request is addressed to: patterns of the Host header, and the path.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
https://docs.aws.amazon.com/general/latest/gr/s3.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from s3mock.errors import S3Error
from s3mock.http import Target

# Longest first. GovCloud has the suffix of the commercial regions; the name of the region distinguishes it.
# (botocore's partitions.json)
_SUFFIXES: tuple[tuple[str, str], ...] = (
    (".amazonaws.com.cn", "aws-cn"),
    (".amazonaws.com", "aws"),
    (".amazonaws.eu", "aws-eusc"),
    (".csp.hci.ic.gov", "aws-iso-f"),
    (".sc2s.sgov.gov", "aws-iso-b"),
    (".cloud.adc-e.uk", "aws-iso-e"),
    (".c2s.ic.gov", "aws-iso"),
)
_GOVCLOUD = "us-gov-"

_BUCKET = r"(?:(?P<bucket>.+)\.)?"
_REGION = r"(?P<region>(?:[a-z]{2}|eusc)(?:-[a-z]+)+-\d+)"
_FIPS = r"(?P<fips>-fips)?"
_DUALSTACK = r"(?P<dualstack>\.dualstack)?"
_ACCELERATE = "s3-accelerate"
_NAME_AND_ACCOUNT = r"(?P<name>[^.]+)-(?P<account>\d{12})\."

# What precedes the suffix: the endpoint, what is before its label, the label, and what is after it. The first match
# wins. Buckets may have dots, and names such as "a.s3-us-west-2": the part of the bucket is greedy, so that the
# endpoint is always the shortest one at the right.
_Endpoints = tuple[tuple[str, str, str, str], ...]
_ENDPOINTS: _Endpoints = (
    ("accesspoint", _NAME_AND_ACCOUNT, "s3-accesspoint", rf"{_FIPS}{_DUALSTACK}\.{_REGION}"),
    ("object-lambda", _NAME_AND_ACCOUNT, "s3-object-lambda", rf"{_FIPS}\.{_REGION}"),
    # WriteGetObjectResponse goes to {RequestRoute}.s3-object-lambda: the label is not a bucket.
    ("object-lambda", r"(?:.+\.)?", "s3-object-lambda", rf"{_FIPS}\.{_REGION}"),
    ("outposts", rf"{_NAME_AND_ACCOUNT}(?P<outpost>[^.]+)\.", "s3-outposts", rf"\.{_REGION}"),
    ("outposts", r"(?P<bucket>.+)\.(?:op-[^.]+|ec2)\.", "s3-outposts", rf"\.{_REGION}"),
    ("mrap", r"(?P<name>.+)\.", "accesspoint.s3-global", ""),
    ("s3express-control", _BUCKET, "s3express-control", rf"{_FIPS}{_DUALSTACK}\.{_REGION}"),
    ("s3express", _BUCKET, "s3express", rf"{_FIPS}-(?P<zone>[a-z0-9-]+){_DUALSTACK}\.{_REGION}"),
    ("website", _BUCKET, "s3-website", rf"(?:[.-]{_REGION})?"),
    ("s3", _BUCKET, _ACCELERATE, _DUALSTACK),
    ("s3", _BUCKET, "s3", rf"{_FIPS}{_DUALSTACK}[.-]{_REGION}"),
    ("s3", _BUCKET, "s3-external-1", ""),
    # Interface endpoints (PrivateLink): https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
    ("accesspoint", _NAME_AND_ACCOUNT, "accesspoint.vpce-", rf"[^.]+\.s3\.{_REGION}\.vpce"),
    ("s3", _BUCKET, "bucket.vpce-", rf"[^.]+\.s3\.{_REGION}\.vpce"),
    ("s3", _BUCKET, "s3", ""),
)
# botocore takes any label for a region, and so tests are written with regions that do not exist.
_MADE_UP_REGION = ("s3", _BUCKET, "s3", rf"{_FIPS}{_DUALSTACK}\.(?P<region>[a-z0-9-]+)")
_AWS_ENDPOINTS: _Endpoints = (*_ENDPOINTS, _MADE_UP_REGION)

_ARNS = {
    "accesspoint": "arn:{partition}:s3:{region}:{account}:accesspoint/{name}",
    "object-lambda": "arn:{partition}:s3-object-lambda:{region}:{account}:accesspoint/{name}",
    "outposts": "arn:{partition}:s3-outposts:{region}:{account}:outpost/{outpost}/accesspoint/{name}",
    # The host of a multi-region access point does not have its account.
    "mrap": "arn:{partition}:s3:::accesspoint/{name}",
}

_PATH_STYLE = Target()


def parse(host: str, path: str, custom_endpoints: tuple[str, ...] = ()) -> Target:
    """Return the target of a Host header and a percent-encoded path.

    ``custom_endpoints`` are hosts or URLs, with or without a port, whose subdomains are buckets. An unknown host is an
    endpoint with the bucket in the path (S3 would take it for the CNAME of a bucket, but a client must be able to have
    any ``endpoint_url``).

    Raises ``InvalidURI`` for a path that is not UTF-8.
    """
    style, endpoint, bucket, _, region, partition, accelerate, dualstack, fips, domain, zone = _parse_host(
        host, custom_endpoints
    )
    if bucket is not None:
        key = path[1:]
    else:
        bucket, _, key = path[1:].partition("/")
    if "%" in path:
        try:
            key = unquote_to_bytes(key).decode()
            if style == "path" and "%" in bucket:
                bucket = unquote_to_bytes(bucket).decode()
        except UnicodeDecodeError:
            raise S3Error("InvalidURI", URI=path) from None
    if not bucket and not key:
        bucket = None
    return Target(style, endpoint, bucket, key or None, region, partition, accelerate, dualstack, fips, domain, zone)


@lru_cache(maxsize=4096)
def _parse_host(host: str, custom_endpoints: tuple[str, ...]) -> Target:
    """Return the target of ``host`` for the path ``/``."""
    host = host.lower()
    name = _without_port(host)
    for custom in custom_endpoints:
        endpoint = custom.lower().rpartition("://")[2].partition("/")[0]
        full = name if _without_port(endpoint) == endpoint else host
        if full == endpoint:
            return _PATH_STYLE
        if full.endswith("." + endpoint):
            return Target(style="virtual", bucket=full[: -len(endpoint) - 1])
    if name.endswith(".localhost"):
        before = name[: -len(".localhost")]
        return _match(before, "aws", _ENDPOINTS) or Target(style="virtual", bucket=before)
    for suffix, partition in _SUFFIXES:
        if name.endswith(suffix):
            before = name[: -len(suffix)]
            target = _match(before, partition, _AWS_ENDPOINTS)
            return target._replace(domain=suffix[1:]) if target else _PATH_STYLE
    return _PATH_STYLE


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdecimal() and not name.endswith(":") else host).rstrip(".")


def _match(text: str, partition: str, endpoints: _Endpoints) -> Target | None:
    """Return the target of the first endpoint that matches what precedes the suffix, None if none does."""
    for endpoint, before, label, after in endpoints:
        match = re.fullmatch(before + re.escape(label) + after, text) if label in text else None
        if match is None:
            continue
        parts = match.groupdict()
        region, bucket = parts.get("region"), parts.get("bucket")
        if region and region.startswith(_GOVCLOUD):
            partition = "aws-us-gov"
        if parts.get("name"):
            bucket = _ARNS[endpoint].format(**{**parts, "partition": partition})
        return Target(
            style="path" if bucket is None else "virtual",
            endpoint=endpoint,
            bucket=bucket,
            region=region,
            partition=partition,
            accelerate=label == _ACCELERATE,
            dualstack=bool(parts.get("dualstack")),
            fips=bool(parts.get("fips")),
            zone=parts.get("zone"),
        )
    return None
