"""Notes on errors (PEP 678) where S3's message does not say why, for tests that passed with a laxer mock.

The response and the exception's text stay S3's: a note is shown below a traceback.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

BUCKET_NAME = "BucketName"

NOTES: list[tuple[str, str, str, str]] = [
    # Code, element of the error, pattern found in it, note. The rules of names are those of the User Guide's page
    # "General purpose bucket naming rules"; each that is broken is noted.
    ("InvalidBucketName", BUCKET_NAME, r"^.{0,2}$|^.{64}", "A bucket name has 3 to 63 characters."),
    ("InvalidBucketName", BUCKET_NAME, r"[A-Z]", "A bucket name has no capital letters."),
    ("InvalidBucketName", BUCKET_NAME, r"_", "A bucket name has no underscores."),
    (
        "InvalidBucketName",
        BUCKET_NAME,
        r"[^A-Za-z0-9._-]",
        "A bucket name has only lower-case letters, digits, periods and hyphens.",
    ),
    ("InvalidBucketName", BUCKET_NAME, r"^[.-]|[.-]$", "A bucket name begins and ends with a letter or a digit."),
    ("InvalidBucketName", BUCKET_NAME, r"\.\.|\.-|-\.", "A period in a bucket name stands between letters or digits."),
    ("InvalidBucketName", BUCKET_NAME, r"^\d+\.\d+\.\d+\.\d+$", "A bucket name is not an IP address."),
    ("InvalidBucketName", BUCKET_NAME, r"^(xn--|sthree-|amzn-s3-demo-)", "S3 reserves this prefix of bucket names."),
    (
        "InvalidBucketName",
        BUCKET_NAME,
        r"(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3|-an)$",
        "S3 reserves this suffix of bucket names.",
    ),
    (
        "KMS.NotFoundException",
        "Message",
        r"^Invalid keyId",
        "A KMS key is named by its id (a UUID, or mrk- and 32 hex digits), its ARN, or alias/NAME.",
    ),
    (
        "KMS.NotFoundException",
        "Message",
        r"^Invalid arn",
        "A KMS key is in the bucket's Region, and its ARN is arn:aws:kms:REGION:ACCOUNT:key/ID or ...:alias/NAME.",
    ),
    (
        "InvalidArgument",
        "Message",
        r"^Invalid Role specified in replication|^The relative id should start with role",
        "The role of a replication is the ARN of an IAM role: arn:aws:iam::ACCOUNT:role/NAME. It need not exist.",
    ),
    (
        "InvalidRequest",
        "Message",
        r"^Missing required header for this request: Content-MD5",
        "boto3 adds a checksum to this operation unless a handler removes it.",
    ),
]
"""When an error gets a note, and which."""


def notes_on(error: Mapping[str, Any]) -> list[str]:
    """The notes on an error document: its elements as botocore parsed them."""
    return [
        f"s3mock: {note}"
        for code, element, pattern, note in NOTES
        if error.get("Code") == code and re.search(pattern, str(error.get(element, "")))
    ]


def add_notes(client: Any, error: ClientError) -> None:
    """Add the notes to what a client raises, if it is S3's."""
    if client.meta.service_model.service_name == "s3" and hasattr(error, "add_note"):  # since Python 3.11
        for note in notes_on(error.response.get("Error", {})):
            error.add_note(note)
