"""Conditional requests: what If-Match and similar headers require of the current version.

All rules about preconditions are in this module. A handler makes a condition of the headers, None if there are none.
The backend checks it; for a write or a delete, it does so under the bucket's lock.
"""

from __future__ import annotations

from datetime import datetime

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.models.version import Version

ANY = "*"


@dataclass(frozen=True, slots=True)
class Condition:
    """The preconditions of one request, each None without the header.

    ``prefix`` begins the names of the headers: ``x-amz-copy-source-`` for conditions on the source of a copy.
    """

    if_match: str | None = None
    if_none_match: str | None = None
    if_modified_since: datetime | None = None
    if_unmodified_since: datetime | None = None
    prefix: str = ""
    if_match_size: int | None = None
    if_match_last_modified_time: datetime | None = None

    @classmethod
    def for_write(cls, if_match: str | None, if_none_match: str | None) -> Condition | None:
        """The condition of PutObject, CopyObject (on its destination) or CompleteMultipartUpload.

        Raises NotImplemented for both at once, for an If-Match of ``*`` and for an If-None-Match of anything else, in
        this order (aws_recorded: test_put_object_if_match_and_if_none_match_validation,
        test_put_object_if_match_validation, test_put_object_if_none_match_validation,
        test_copy_object_precondition_write_validation).
        """
        if if_match is None and if_none_match is None:
            return None
        if if_match is not None and if_none_match is not None:
            raise S3Error(
                "NotImplemented",
                Header="If-Match,If-None-Match",
                additionalMessage="Multiple conditional request headers present in the request",
            )
        if if_match == ANY:
            raise _value_refused("If-Match")
        if if_none_match is not None and if_none_match != ANY:
            raise _value_refused("If-None-Match")
        return cls(if_match, if_none_match)

    @classmethod
    def for_delete(
        cls, if_match: str | None, size: int | None = None, last_modified_time: datetime | None = None
    ) -> Condition | None:
        """The condition of DeleteObject, whose If-Match may be ``*`` (S3's page "Conditional deletes").

        Size and time are conditions in directory buckets only.
        """
        if if_match is None and size is None and last_modified_time is None:
            return None
        return cls(if_match, if_match_size=size, if_match_last_modified_time=last_modified_time)

    @classmethod
    def for_read(
        cls,
        if_match: str | None = None,
        if_none_match: str | None = None,
        if_modified_since: datetime | None = None,
        if_unmodified_since: datetime | None = None,
        prefix: str = "",
    ) -> Condition | None:
        """The condition of GetObject or HeadObject, or, with a ``prefix``, of the source of a copy."""
        if if_match is None and if_none_match is None and if_modified_since is None and if_unmodified_since is None:
            return None
        return cls(if_match, if_none_match, if_modified_since, if_unmodified_since, prefix)

    def check_write(self, current: Version | None, key: str) -> None:
        """Refuse a write or a delete whose condition does not hold for ``current``, the latest version of ``key``.

        A key under a delete marker does not exist. Raises PreconditionFailed, or NoSuchKey where If-Match names an
        object that does not exist (aws_recorded: test_put_object_if_match, test_put_object_if_match_versioned_bucket,
        test_put_object_if_none_match_versioned_bucket, test_delete_object_if_match_non_express). A conditional delete
        of a missing key is NoSuchKey as well: S3's page "Conditional deletes" has it for a request that lost a race.
        Size and time hold for a missing object (DeleteObject: "or if the object doesn't exist, the operation returns a
        204").
        """
        exists = current is not None and not current.delete_marker
        if self.if_match is not None:
            if current is None or not exists:
                raise S3Error("NoSuchKey", Key=key)
            if not matches(self.if_match, current.etag):
                raise S3Error("PreconditionFailed", Condition="If-Match")
        elif self.if_none_match is not None and exists:
            raise S3Error("PreconditionFailed", Condition="If-None-Match")
        if current is not None and exists:
            if self.if_match_last_modified_time not in (None, current.last_modified):
                raise S3Error("PreconditionFailed", Condition="x-amz-if-match-last-modified-time")  # name: assumed
            if self.if_match_size not in (None, current.size):
                raise S3Error("PreconditionFailed", Condition="x-amz-if-match-size")

    def check_read(self, version: Version, now: datetime) -> bool:
        """Whether to send ``version``; False is 304 Not Modified, which never happens for a copy.

        | in this order       | ignored with  | holds when                      | otherwise |
        |---------------------|---------------|---------------------------------|-----------|
        | If-Match            |               | the ETag is one of those listed | 412       |
        | If-Unmodified-Since | If-Match      | not modified after the date     | 412       |
        | If-None-Match       |               | the ETag is not listed          | 304       |
        | If-Modified-Since   | If-None-Match | modified after the date         | 304       |

        The source of a copy answers 412 instead of 304. A date in the future does not count as If-Modified-Since
        (RFC 9110). aws_recorded: test_upload_part_copy_with_copy_source_if_match_and_if_unmodified_since_match,
        ..._if_none_match_and_if_unmodified_since_match_failed, ..._if_modified_since_in_future_success.

        Raises PreconditionFailed with the name of the Condition.
        """
        modified, since = version.last_modified, self.if_modified_since
        if self.if_match is not None:
            if not matches(self.if_match, version.etag):
                raise self._failed("If-Match")
        elif self.if_unmodified_since is not None and modified > self.if_unmodified_since:
            raise self._failed("If-Unmodified-Since")
        if self.if_none_match is not None:
            if matches(self.if_none_match, version.etag):
                return self._unchanged("If-None-Match")
        elif since is not None and modified <= since <= now:
            return self._unchanged("If-Modified-Since")
        return True

    def _unchanged(self, header: str) -> bool:
        if self.prefix:
            raise self._failed(header)
        return False

    def _failed(self, header: str) -> S3Error:
        return S3Error("PreconditionFailed", Condition=self.prefix + header)


def matches(header: str, etag: str) -> bool:
    """Whether a header names ``etag``: with or without quotes, in a list, or by ``*``.

    A weak tag counts as the strong one (assumed): proxies weaken tags, and S3 has no weak ones of its own.
    """
    return any(tag.strip().removeprefix("W/").strip('"') in {etag, ANY} for tag in header.split(","))


def is_unchanged(if_range: str | datetime, version: Version) -> bool:
    """Whether ``If-Range`` names ``version``, so that a range of it is sent rather than all of it.

    It is the ETag or the Last-Modified of an earlier read, exactly (RFC 9110 13.1.5). S3 is reported to follow the RFC
    (https://github.com/aws/aws-sdk-kotlin/issues/1645).
    """
    return if_range in (f'"{version.etag}"', version.last_modified)


def _value_refused(header: str) -> S3Error:
    return S3Error(
        "NotImplemented",
        Header=header,
        additionalMessage=f"We don't accept the provided value of {header} header for this API",
    )
