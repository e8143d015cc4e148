"""What S3 refuses in a request whatever its bucket, key and caller: the wrong header, too many bytes, a needless body.

Parameters that an operation does not have, and that nothing here or in ``routes`` refuses, are ignored, as on S3:
https://github.com/gaul/s3proxy/issues/189, and User Guide, "Amazon S3 server access log format", of names that begin
with ``x-``. That such headers are ignored as well is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error, invalid_argument
from s3mock.http import are_header_names, ends_header, fits_header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.http import Request

COPY_SOURCE = "x-amz-copy-source"
METADATA = "x-amz-meta-"
COPIES = frozenset({"CopyObject", "UploadPartCopy"})

MOST_HEADER_BYTES = 8192
_PUNCTUATION = len(": \r\n")


def check_section(headers: Mapping[str, str]) -> None:
    """Refuse a request whose headers have more than 8,192 bytes in all, or one of which holds the end of a header.

    https://github.com/versity/versitygw/issues/2180. It is not known whether the request line and the punctuation
    between names and values count: here the punctuation does. Raises RequestHeaderSectionTooLarge, BadRequest.
    """
    names, values = "".join(headers), "".join(headers.values())
    if len(names) + len(values) + _PUNCTUATION * len(headers) > MOST_HEADER_BYTES:
        raise too_large()
    if ends_header(values) or (names and not are_header_names(names)):
        raise bad_request()


def bad_request() -> S3Error:
    """The error for what is not HTTP (s3_facts 31)."""
    return S3Error("BadRequest", "An error occurred when parsing the HTTP request.")


def too_large() -> S3Error:
    """The error for headers of too many bytes."""
    return S3Error("RequestHeaderSectionTooLarge", MaxSizeAllowed=MOST_HEADER_BYTES)


def check_headers(headers: Mapping[str, str]) -> None:
    """Refuse headers in a query or in a form that no header can hold. Raises InvalidArgument.

    S3's words are those for a character beyond Latin-1 (aws_recorded
    test_get_response_overrides_unicode_metadata_with_sig_s3); of line breaks and NUL, and of names, it is assumed.
    """
    for name, value in headers.items():
        if name.startswith(METADATA):
            value = value.replace("\0", "")  # noqa: PLW2901 - returned encoded: test_post_object_with_unicode_metadata
        if not fits_header(name, value):
            raise invalid_argument("Header value cannot be represented using ISO-8859-1.", name, value)


def check_copy_source(operation: str, headers: Mapping[str, str]) -> None:
    """Refuse the header of a copy's source in a request that is not a copy. Raises InvalidArgument.

    https://github.com/versity/versitygw/issues/1612 and pull 1642, of GET, HEAD, DELETE, and the POST of an upload.
    """
    if operation not in COPIES:
        message = "You can only specify a copy source header for copy requests."
        raise invalid_argument(message, COPY_SOURCE, headers[COPY_SOURCE])


def check_body(request: Request) -> None:
    """Refuse the body of a copy. Raises InvalidRequest.

    https://github.com/versity/versitygw/issues/1242 and pull 1613; https://github.com/brendanhay/amazonka/issues/118.
    Other operations that have no body in S3's model ignore one: https://github.com/localstack/localstack/pull/6025.
    """
    if request.body.size:
        raise S3Error(
            "InvalidRequest",
            "The request included a body. Requests of this type must not include a non-empty body.",
        )
