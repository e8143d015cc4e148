"""Tags of objects and buckets: pairs of a key and a value, each key once.

The limits and the characters are those of the User Guide's "Categorizing your objects using tags" and "Using cost
allocation S3 bucket tags". Three ways lead to a tag set, and S3 refuses each in its own words
(aws_recorded: test_tagging_validation, test_object_tagging_exc, test_create_bucket_with_tags_exc).

|                         | object tagging       | bucket tagging       | CreateBucket         | x-amz-tagging         |
|-------------------------|----------------------|----------------------|----------------------|-----------------------|
| a key or value that     | InvalidTag           | InvalidTag           | InvalidTag           | InvalidTag            |
| cannot be               |                      |                      |                      |                       |
| a key of AWS ("aws:")   | InvalidTag, "Your    | InvalidTag, "System  | InvalidTag, "User-   | as object tagging     |
|                         | TagKey ..."          | tags ..."            | defined ...", no key | (assumed)             |
| a key twice             | InvalidTag           | InvalidTag           | InternalError        | InvalidArgument       |
| too many (1)            | BadRequest: 10       | BadRequest: 50       | as bucket tagging    | as object tagging     |
|                         |                      |                      | (assumed)            | (assumed)             |

(1) https://github.com/boto/boto3/issues/1213 and, for buckets, versity/versitygw.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import category
from urllib.parse import unquote_to_bytes

from s3mock.errors import S3Error, invalid_argument

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    TagSet: TypeAlias = tuple[tuple[str, str], ...]

NO_TAGS: TagSet = ()

LONGEST_KEY = 128
LONGEST_VALUE = 256
PUNCTUATION = frozenset("_.:/=+-@")
LETTERS_NUMBERS_SPACES = "LNZ"
SYSTEM_PREFIX = "aws:"
BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Rules:
    """What S3 says of the tags of one kind of thing; ``system`` is its word on keys of AWS."""

    most: int
    too_many: str
    system: str
    names_system_keys: bool = True
    duplicates_are_internal: bool = False


OBJECT = Rules(10, "Object tags cannot be greater than 10", "Your TagKey cannot be prefixed with aws:")
BUCKET = Rules(50, "Bucket tag count cannot be greater than 50", "System tags cannot be added/updated by requester")
NEW_BUCKET = Rules(
    BUCKET.most,
    BUCKET.too_many,
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your '
    "tag keys and try again.",
    names_system_keys=False,
    duplicates_are_internal=True,
)


def tag_set(pairs: Iterable[tuple[str, str]], rules: Rules) -> TagSet:
    """Return the tags in their order, once they are found to be a tag set.

    The number is looked at first, then each tag: its key, its value, and whether the key was there already (assumed).

    Raises BadRequest for too many, InvalidTag, and InternalError for a key that comes twice where a bucket is made.
    """
    tags = tuple(pairs)
    if len(tags) > rules.most:
        raise S3Error("BadRequest", rules.too_many)
    keys: set[str] = set()
    for key, value in tags:
        _check_key(key, rules)
        if _length(value) > LONGEST_VALUE or not _has_tag_characters(value):
            raise S3Error("InvalidTag", "The TagValue you have provided is invalid", TagKey=key, TagValue=value)
        if key in keys:
            if rules.duplicates_are_internal:  # aws_recorded: test_create_bucket_with_tags_exc
                raise S3Error("InternalError")
            raise S3Error("InvalidTag", "Cannot provide multiple Tags with the same key", TagKey=key)
        keys.add(key)
    return tags


def of_elements(elements: Iterable[Mapping[str, str]], rules: Rules) -> TagSet:
    """Return the tag set of a document's ``Tag`` elements; raises what ``tag_set`` does."""
    return tag_set(((element["Key"], element["Value"]) for element in elements), rules)


def of_header(header: str) -> TagSet:
    """Return the tags of an object that a header ``x-amz-tagging: a=b&c`` asks for.

    They are ordered by their keys: in all recordings reads answer them so, whatever the header's order was.

    Raises InvalidArgument for a header that cannot be read, InvalidTag, and BadRequest for too many.
    """
    pairs = [_pair(part, header) for part in header.split("&") if part]
    if len({key for key, _ in pairs}) < len(pairs):
        raise _bad_header(header)
    return tag_set(sorted(pairs), OBJECT)


def elements(tags: TagSet) -> list[dict[str, str]]:
    """Return the tags as a document lists them."""
    return [{"Key": key, "Value": value} for key, value in tags]


def _check_key(key: str, rules: Rules) -> None:
    if not key:  # https://github.com/versity/versitygw/issues/1232: no key is told where there is none
        raise S3Error("InvalidTag", "The TagKey you have provided is invalid")
    if _length(key) > LONGEST_KEY or not _has_tag_characters(key):
        raise S3Error("InvalidTag", "The TagKey you have provided is invalid", TagKey=key)
    # In upper case, too: AWS General Reference, "Tag naming limits and requirements" (assumed of S3).
    if key[: len(SYSTEM_PREFIX)].lower() == SYSTEM_PREFIX:
        fields: dict[str, Any] = {"TagKey": key} if rules.names_system_keys else {}
        raise S3Error("InvalidTag", rules.system, **fields)


def _length(text: str) -> int:
    """Return the length in UTF-16, which is what S3 counts (User Guide)."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _has_tag_characters(text: str) -> bool:
    return all(character in PUNCTUATION or category(character)[0] in LETTERS_NUMBERS_SPACES for character in text)


def _pair(part: str, header: str) -> tuple[str, str]:
    """Return key and value of one tag; a value may be left out, a second ``=`` has to be encoded.

    https://github.com/versity/versitygw/issues/1216; aws_recorded: test_object_tagging_exc.
    """
    key, _, value = part.partition("=")
    if not key or "=" in value:
        raise _bad_header(header)
    return _decoded(key, header), _decoded(value, header)


def _decoded(text: str, header: str) -> str:
    if BAD_ESCAPE.search(text):
        raise _bad_header(header)
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode()
    except UnicodeDecodeError:
        raise _bad_header(header) from None


def _bad_header(header: str) -> S3Error:
    return invalid_argument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name "
        "duplicates.",
        "x-amz-tagging",
        header,
    )
