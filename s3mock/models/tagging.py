"""Tags of objects and buckets: pairs of a key and a value, each key once.

The limits and the characters are those of the User Guide's "Categorizing your objects using tags" and "Using cost
allocation S3 bucket tags". Tags can be put in several ways, each with its own errors
(aws_recorded: test_tagging_validation, test_object_tagging_exc, test_create_bucket_with_tags_exc).

|                         | object tagging       | bucket tagging       | CreateBucket         | x-amz-tagging         |
|-------------------------|----------------------|----------------------|----------------------|-----------------------|
| an invalid key or value | InvalidTag           | InvalidTag           | InvalidTag           | InvalidTag            |
| a key of AWS ("aws:")   | InvalidTag, "Your    | InvalidTag, "System  | InvalidTag, "User-   | as object tagging     |
|                         | TagKey ..."          | tags ..."            | defined ...", no key |                       |
| a duplicate key         | InvalidTag           | InvalidTag           | InternalError        | InvalidArgument       |
| too many (1)            | BadRequest: 10       | BadRequest: 50       | as bucket tagging    | as object tagging     |

(1) https://github.com/boto/boto3/issues/1213 and, for buckets, versity/versitygw. For x-amz-tagging, and for its keys
of AWS, it is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias
from unicodedata import category
from urllib.parse import unquote_to_bytes

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error, invalid_argument

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
    """The limit and the messages for the tags of one kind of resource; ``system`` is the message for keys of AWS."""

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
    """The tags in their order.

    The number of tags is checked first, then of each tag its key, its value, and whether the key is a duplicate.

    Raises BadRequest for too many, InvalidTag, and InternalError for a duplicate key in CreateBucket.
    """
    tags = tuple(pairs)
    if len(tags) > rules.most:
        raise S3Error("BadRequest", rules.too_many)
    keys: set[str] = set()
    for key, value in tags:
        if not key:  # https://github.com/versity/versitygw/issues/1232: an empty key is not in the error
            raise S3Error("InvalidTag", "The TagKey you have provided is invalid")
        if not _is_valid(key, LONGEST_KEY):
            raise S3Error("InvalidTag", "The TagKey you have provided is invalid", TagKey=key)
        # In upper case, too: AWS General Reference, "Tag naming limits and requirements".
        if key[: len(SYSTEM_PREFIX)].lower() == SYSTEM_PREFIX:
            fields: dict[str, Any] = {"TagKey": key} if rules.names_system_keys else {}
            raise S3Error("InvalidTag", rules.system, **fields)
        if not _is_valid(value, LONGEST_VALUE):
            raise S3Error("InvalidTag", "The TagValue you have provided is invalid", TagKey=key, TagValue=value)
        if key in keys:
            if rules.duplicates_are_internal:  # aws_recorded: test_create_bucket_with_tags_exc
                raise S3Error("InternalError")
            raise S3Error("InvalidTag", "Cannot provide multiple Tags with the same key", TagKey=key)
        keys.add(key)
    return tags


def of_elements(elements: Iterable[Mapping[str, str]], rules: Rules) -> TagSet:
    """The tags of a document's ``Tag`` elements. Raises what ``tag_set`` raises."""
    return tag_set(((element["Key"], element["Value"]) for element in elements), rules)


def of_header(header: str) -> TagSet:
    """The tags of an object in a header ``x-amz-tagging: a=b&c``; a value may be left out.

    They are ordered by their keys, as reads return them in all recordings, whatever the header's order was.

    Raises InvalidArgument for an invalid header, InvalidTag, and BadRequest for too many.
    """
    pairs = []
    for part in filter(None, header.split("&")):
        key, _, value = part.partition("=")
        # A second "=" has to be encoded: https://github.com/versity/versitygw/issues/1216;
        # aws_recorded: test_object_tagging_exc.
        if not key or "=" in value or BAD_ESCAPE.search(part):
            raise _invalid_header(header)
        try:
            key, value = (unquote_to_bytes(text.replace("+", " ")).decode() for text in (key, value))
        except UnicodeDecodeError:
            raise _invalid_header(header) from None
        pairs.append((key, value))
    if len({key for key, _ in pairs}) < len(pairs):
        raise _invalid_header(header)
    return tag_set(sorted(pairs), OBJECT)


def elements(tags: TagSet) -> list[dict[str, str]]:
    """The tags as the ``Tag`` elements of a document."""
    return [{"Key": key, "Value": value} for key, value in tags]


def _is_valid(text: str, longest: int) -> bool:
    """Whether a key or value has only allowed characters, at most ``longest``; S3 counts UTF-16 (User Guide)."""
    length = len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
    return length <= longest and all(
        character in PUNCTUATION or category(character)[0] in LETTERS_NUMBERS_SPACES for character in text
    )


def _invalid_header(header: str) -> S3Error:
    return invalid_argument(
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name "
        "duplicates.",
        "x-amz-tagging",
        header,
    )
