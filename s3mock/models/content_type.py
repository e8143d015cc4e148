"""The content type of an object that nobody gave one."""

from __future__ import annotations

DEFAULT = "binary/octet-stream"
"""That of a PutObject without a Content-Type."""


def of_key(key: str) -> str:
    """The content type by the extension of a key, for an object that is made of a file or text.

    As ``aws s3 cp`` guesses it by a file's name, which gives no content encoding either: ``a.csv.gz`` is ``text/csv``.
    """
    from mimetypes import guess_type  # noqa: PLC0415 - most S3s start without objects

    return guess_type(key)[0] or DEFAULT
