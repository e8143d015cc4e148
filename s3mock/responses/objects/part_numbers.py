"""The parts of an upload, and of the object that it became, by their numbers.

| GET or HEAD with partNumber                  | answer                                                     |
|----------------------------------------------|------------------------------------------------------------|
| of an object that was uploaded in parts      | 206, the part's range and bytes, PartsCount                |
| 1 of an object in one piece                  | 206, the object's range and bytes                          |
| 1 of an empty object                         | 200 without a range                                        |
| more than there are parts                    | InvalidPartNumber (416)                                    |
| together with Range                          | InvalidRequest                                             |

The last two: s3_facts 6 and https://github.com/ceph/ceph/pull/66780; the others as versity/versitygw has them (its
tests GetObject_mp_part_number_success, GetObject_non_mp_part_number_1_success, GetObject_empty_object_part_number_1:
the last one has no Content-Range, so that it is no 206, RFC 9110 15.3.7). Parts are counted from 1 whatever their
numbers were: versity/versitygw does so, and the error speaks of ActualPartCount.
"""

from __future__ import annotations

from itertools import accumulate

from s3mock.errors import S3Error, invalid_argument
from s3mock.exchange import Exchange
from s3mock.models.checksums import COMPOSITE
from s3mock.models.version import Version
from s3mock.responses.registry import Parameters


def of_request(exchange: Exchange, request: Parameters) -> int:
    """The part number of a request that has one. Raises InvalidArgument."""
    number: int = request["PartNumber"]
    most = exchange.cloud.settings.upload_max_parts
    if not 1 <= number <= most:
        raise invalid_argument(
            f"Part number must be an integer between 1 and {most}, inclusive", "partNumber", str(number)
        )
    return number


def check_read(exchange: Exchange, request: Parameters) -> None:
    """Refuse to read by an invalid part number, or by a number and a range. Raises InvalidArgument, InvalidRequest."""
    of_request(exchange, request)
    if "Range" in request:
        raise S3Error("InvalidRequest", "Cannot specify both Range header and partNumber query parameter")


def marker_of(request: Parameters) -> int:
    """The part number after which a listing of parts begins. Raises InvalidArgument for a negative one."""
    marker: int = request.get("PartNumberMarker", 0)
    if marker < 0:
        raise invalid_argument(
            "Argument part-number-marker must be an integer between 0 and 2147483647", "part-number-marker", str(marker)
        )
    return marker


def select(version: Version, number: int, reply: Parameters) -> tuple[int, int]:
    """The start and stop of a part's bytes; adds PartsCount to ``reply``. Raises InvalidPartNumber.

    PartsCount is sent only with a part number, and where there were parts (API page HeadObject).
    """
    count = len(version.parts) or 1
    if number > count:
        raise S3Error("InvalidPartNumber", ActualPartCount=count, PartNumberRequested=number)
    if not version.parts:
        return 0, version.size
    reply["PartsCount"] = count
    stop = sum(part.size for part in version.parts[:number])
    return stop - version.parts[number - 1].size, stop


def checksum_of(version: Version, start: int, stop: int) -> Parameters:
    """The members with the checksum of these bytes, none where S3 does not know it.

    It knows the checksum of all the bytes, and of a COMPOSITE upload those of the parts; it does not send the parts' of
    a FULL_OBJECT upload (https://github.com/localstack/localstack/pull/12842). A range may be the same as a part (User
    Guide, "Checking object integrity": a "byte range that aligns with a single part").
    """
    whole = version.checksum
    if whole is None:
        return {}
    if whole.type == COMPOSITE:
        for part, end in zip(version.parts, accumulate(part.size for part in version.parts), strict=True):
            if end >= stop:
                if end == stop and end - part.size == start and part.checksum is not None:
                    return {part.checksum.member: part.checksum.value, "ChecksumType": COMPOSITE}
                break
    return whole.members if stop - start == version.size else {}
