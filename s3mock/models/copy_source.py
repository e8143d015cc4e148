"""The source of a copy: the header ``x-amz-copy-source``."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from s3mock.errors import invalid_argument
from s3mock.models import names
from s3mock.models.access_points import is_access_point_name, split_object_arn
from s3mock.models.directory import zone_of

HEADER = "x-amz-copy-source"

_URL = re.compile(r"https?://(?:(?P<bucket>[^/]+)\.s3[.-][^/]+|[^/]+)/", re.IGNORECASE)
"""The beginning of a URL, in the virtual-hosted style or, at any other host, in the path style."""
_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


class CopySource(NamedTuple):
    """The object that a request copies from; ``bucket`` may be the alias or ARN of an access point.

    ``version_id`` is None for the latest version.
    """

    bucket: str
    key: str
    version_id: str | None


def parse(header: str) -> CopySource:
    """The source in ``bucket/key`` or ``/bucket/key``, URL-encoded, with an optional ``?versionId=...``.

    The bucket may be the alias of an access point, or the whole an ARN: ``ARN/object/key``; or it is a whole URL
    (s3_facts 30). A plus is a space, unlike in a URL's path (https://github.com/aws/aws-sdk-js/issues/1821).

    Raises InvalidArgument where the header does not name an object. The messages:
    https://github.com/versity/versitygw/issues/1388, 1389 and 1401; the fields: its CopyObject_invalid_copy_source.
    """
    path, question, version_id = header.partition("?versionId=")
    try:
        name = unquote_to_bytes(path.replace("+", " ")).decode().removeprefix("/")
    except UnicodeDecodeError:
        raise invalid_argument("Invalid copy source encoding", HEADER, header) from None
    if _BAD_ESCAPE.search(path):
        raise invalid_argument("Invalid copy source encoding", HEADER, header)
    url = _URL.match(name)
    if url is not None:
        name = name[url.end() :] if url["bucket"] is None else f"{url['bucket']}/{name[url.end() :]}"
    bucket, _, key = name.partition("/")
    if bucket.startswith("arn:"):
        bucket, key = split_object_arn(name)
    if not (names.is_bucket_name(bucket) or is_access_point_name(bucket) or zone_of(bucket)):
        raise invalid_argument("Invalid copy source bucket name", HEADER, header)
    if not key:
        raise invalid_argument("Invalid copy source object key", HEADER, header)
    return CopySource(bucket, key, version_id if question else None)
