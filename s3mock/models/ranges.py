"""Ranges of bytes: what GetObject makes of ``Range``, and what UploadPartCopy takes as ``x-amz-copy-source-range``.

Both give the positions of the first byte and of the byte after the last one. The header ``Range`` is a wish: what S3
does not understand it ignores. The copy range is an order: what S3 does not understand it refuses. Every case here is
recorded from S3 (aws_recorded ``test_get_object_range`` and ``test_upload_part_copy_range``) unless it says otherwise.
"""

from __future__ import annotations

from s3mock.errors import S3Error

_COPY_RANGE_FORM = (
    "The x-amz-copy-source-range value must be of the form bytes=first-last "
    "where first and last are the zero-based offsets of the first and last bytes to copy"
)
_MAX_DIGITS = 100  # Python refuses to convert thousands of digits; what S3 does with them is not known


def parse(header: str, size: int) -> tuple[int, int] | None:
    """Return start and stop of the bytes that ``Range: header`` asks for in an object of ``size`` bytes.

    None stands for the whole object with a 200: for a range that is not one, is backwards, or is one of several. A
    range that reaches past the end is cut there. Raises ``InvalidRange`` (416) where no byte is left.
    """
    fields = _fields(header)
    if fields is None:
        return None
    first, last = fields
    if first is None:
        # An empty object has no last bytes either (assumed; "bytes=-0" is recorded).
        start, stop = max(size - (last or 0), 0), size
    else:
        if last is not None and last < first:
            return None
        start, stop = first, size if last is None else min(last + 1, size)
    if start >= stop:
        raise S3Error("InvalidRange", RangeRequested=header, ActualObjectSize=size)
    return start, stop


def parse_copy_source_range(header: str, size: int) -> tuple[int, int]:
    """Return start and stop of the bytes that UploadPartCopy shall copy from a source of ``size`` bytes.

    Raises ``InvalidArgument`` unless the header is ``bytes=first-last``, in order, and ``last`` lies within the source;
    ``InvalidRequest`` where not even ``first`` does.
    """
    first, last = _fields(header) or (None, None)
    if first is None or last is None or last < first:
        raise S3Error("InvalidArgument", _COPY_RANGE_FORM, ArgumentName="x-amz-copy-source-range", ArgumentValue=header)
    if first >= size:
        raise S3Error("InvalidRequest", "The specified copy range is invalid for the source object size")
    if last >= size:
        raise S3Error(
            "InvalidArgument",
            f"Range specified is not valid for source object of size: {size}",
            ArgumentName="x-amz-copy-source-range",
            ArgumentValue=header,
        )
    return first, last + 1


def _fields(header: str) -> tuple[int | None, int | None] | None:
    """Return the two numbers of ``bytes=first-last``, None for one that is left out; None alone for any other form."""
    unit, _, numbers = header.partition("=")
    first, hyphen, last = numbers.partition("-")
    if unit != "bytes" or not hyphen or not (first or last) or len(numbers) > _MAX_DIGITS or not numbers.isascii():
        return None
    if (first and not first.isdigit()) or (last and not last.isdigit()):
        return None
    return int(first) if first else None, int(last) if last else None
