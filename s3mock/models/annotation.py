"""Annotations: named pieces of text, attached to a version of an object after its upload.

The rules are those of the User Guide's "Annotating your objects" and of the list "Annotations" on S3's page "Error
responses" (2026). The order of the checks is that of docs/errors.md.
"""

from __future__ import annotations

from datetime import datetime

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.models.blob import Bytes
from s3mock.models.checksums import Checksum

LONGEST_NAME = 512
LEAST_BYTES = 1
MOST_BYTES = 1 << 20
MOST_ANNOTATIONS = 1000

RESERVED = ("aws", "s3")
PUNCTUATION = frozenset("_.-")


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation, complete from the moment it exists; ``etag`` has no quotes."""

    name: str
    blob: Bytes
    etag: str
    last_modified: datetime
    checksum: Checksum

    @property
    def order(self) -> bytes:
        """The sort key of listings: the name in UTF-8, as for object keys (assumed)."""
        return self.name.encode("utf-8", "surrogatepass")


def check_name(name: str) -> None:
    """Refuse an invalid name of a new annotation.

    Raises UserAnnotationNameMustBeSpecified, AnnotationNameTooLong, InvalidAnnotationName.
    """
    if not name:  # measured by brekkylab/backlot, 2026-09-29
        raise S3Error("UserAnnotationNameMustBeSpecified")
    if len(name.encode("utf-8", "surrogatepass")) > LONGEST_NAME:
        raise S3Error("AnnotationNameTooLong")
    if not _has_name_characters(name) or name.lower().startswith(RESERVED):
        raise S3Error("InvalidAnnotationName")


def check_prefix(prefix: str) -> None:
    """Refuse a prefix that no name can have (assumed: the page does not say which prefixes are refused).

    Raises InvalidPrefix.
    """
    if len(prefix.encode("utf-8", "surrogatepass")) > LONGEST_NAME or not _has_name_characters(prefix):
        raise S3Error("InvalidPrefix")


def _has_name_characters(text: str) -> bool:
    return all(character.isalpha() or character.isdecimal() or character in PUNCTUATION for character in text)


def check_size(size: int) -> None:
    """Refuse an empty payload, and one of more than 1 MiB; that the latter is EntityTooLarge is assumed.

    Raises EntityTooSmall, EntityTooLarge.
    """
    if size < LEAST_BYTES:
        raise S3Error("EntityTooSmall", ProposedSize=size, MinSizeAllowed=LEAST_BYTES)
    if size > MOST_BYTES:
        raise S3Error("EntityTooLarge", ProposedSize=size, MaxSizeAllowed=MOST_BYTES)


def check_text(content: bytes) -> None:
    """Refuse a payload that is not UTF-8. Raises UnsupportedMediaType."""
    try:
        content.decode()
    except UnicodeDecodeError:
        raise S3Error("UnsupportedMediaType") from None
