"""Byte ranges: the header ``Range`` of GetObject, and ``x-amz-copy-source-range`` of UploadPartCopy.

Both become the positions of the first byte and of the byte after the last one. S3 ignores an invalid ``Range``, but
refuses an invalid copy range. Every case here is recorded from S3 (aws_recorded ``test_get_object_range`` and
``test_upload_part_copy_range``) unless it says otherwise.
"""

from __future__ import annotations

from s3mock.errors import S3Error, invalid_argument

_COPY_RANGE_FORM = (
    "The x-amz-copy-source-range value must be of the form bytes=first-last "
    "where first and last are the zero-based offsets of the first and last bytes to copy"
)
_MAX_DIGITS = 100  # Python refuses to convert thousands of digits; what S3 does with them is unknown


def parse(header: str, size: int) -> tuple[int, int] | None:
    """The start and stop of a header ``Range`` in an object of ``size`` bytes.

    None means the whole object, with a 200: for an invalid range, one that is backwards, and several ranges. A range
    that reaches past the end is cut there. Raises ``InvalidRange`` (416) if no byte is left.
    """
    fields = _fields(header)
    if fields is None:
        return None
    first, last = fields
    if first is None:
        # Of an empty object: adobe/S3Mock's GetPutDeleteObjectIT, on S3.
        start, stop = max(size - (last or 0), 0), size
    else:
        if last is not None and last < first:
            return None
        start, stop = first, size if last is None else min(last + 1, size)
    if start >= stop:
        raise S3Error("InvalidRange", RangeRequested=header, ActualObjectSize=size)
    return start, stop


def parse_copy_source_range(header: str, size: int) -> tuple[int, int]:
    """The start and stop of the bytes that UploadPartCopy copies from a source of ``size`` bytes.

    Raises ``InvalidArgument`` unless the header is ``bytes=first-last``, in order, and ``last`` is within the source;
    ``InvalidRequest`` if not even ``first`` is.
    """
    first, last = _fields(header) or (None, None)
    if first is None or last is None or last < first:
        raise invalid_argument(_COPY_RANGE_FORM, "x-amz-copy-source-range", header)
    if first >= size:
        raise S3Error("InvalidRequest", "The specified copy range is invalid for the source object size")
    if last >= size:
        message = f"Range specified is not valid for source object of size: {size}"
        raise invalid_argument(message, "x-amz-copy-source-range", header)
    return first, last + 1


def _fields(header: str) -> tuple[int | None, int | None] | None:
    """The two numbers of ``bytes=first-last``, None for one that is left out; None alone for any other form."""
    unit, _, numbers = header.partition("=")
    first, hyphen, last = numbers.partition("-")
    if unit != "bytes" or not hyphen or not (first or last) or len(numbers) > _MAX_DIGITS or not numbers.isascii():
        return None
    if (first and not first.isdigit()) or (last and not last.isdigit()):
        return None
    return int(first) if first else None, int(last) if last else None
