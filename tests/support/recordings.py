"""The conversations recorded from S3, and the comparison of the mock's answers with them.

The recordings hold answers, not requests. ``tests.support.recorded_requests`` holds the requests, derived from the
names of a conversation and of its steps, and from the answers: an ETag proves that a body is the one that was sent.
"""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ROOT = Path(__file__).parents[2]
RECORDINGS = Path(os.environ.get("S3MOCK_RECORDINGS", ROOT.parent / "shared" / "aws_recorded"))
"""The folder of the recordings. A clone of the repository has none beside it."""

OTHER_SERVICE = "what arrived at a queue, a topic or a bus of another service, not an answer of S3"
NO_BYTES = "the request's exact bytes, signature or form are not recorded and do not follow from the answers"
BROWSER = "headers of raw responses, recorded with what a proxy or the connection added"

CANNOT: dict[str, str] = {
    "cors/*": BROWSER,
    "notifications/*": OTHER_SERVICE,
    "objects/TestS3PresignedPost::*": NO_BYTES,
    "objects/TestS3PresignedUrl::*": NO_BYTES,
    "objects/TestS3StaticWebsiteHosting::test_website_hosting_*": "raw pages of a website endpoint",
    "objects/TestS3::test_s3_lambda_integration": OTHER_SERVICE,
    "api/TestS3PublicAccessBlock::test_public_access_block_exc": "no step was recorded",
}
"""Patterns of conversations that cannot be replayed, and why."""

DEFAULT_ENCRYPTION = "api/TestS3BucketEncryption::test_s3_default_bucket_encryption"

OPEN: dict[tuple[str, str], str] = {
    (
        DEFAULT_ENCRYPTION,
        "get-bucket-no-encryption.ServerSideEncryptionConfiguration",
    ): "open: boto3 returns this member even of an empty answer, so the call may have been another one",
}
"""The differences that remain, by conversation and member: the reason, or "open"."""

UNKNOWN_GRANTS = "the grants of this policy do not follow from its error"

STEPS_LEFT: dict[str, dict[str, str]] = {
    "objects/TestS3SSECEncryption::test_put_object_validation_sse_c": {
        "put-obj-sse-c-no-md5": "boto3 adds the digest of the key: the request was sent in a way that is not recorded",
    },
    "objects/TestS3::test_s3_bucket_acl_exceptions": {
        f"put-bucket-acp-acl-{number}": UNKNOWN_GRANTS for number in range(1, 7)
    },
    "objects/TestS3::test_s3_object_acl_exceptions": {
        f"put-object-acp-acl-{number}": UNKNOWN_GRANTS for number in range(1, 7)
    },
}
"""The steps of replayed conversations that are not replayed themselves, and why."""

_TOKEN = re.compile(r"<[a-z0-9-]+(?::\d+)?>")
_HASH = re.compile(r"\.(ETag|Checksum(CRC|SHA)\w+)$")
_WORDS = {"bucket", "i-d", "display-name", "uri", "etag"}
# Steps with several answers in one list are recorded in the order of the keys, not in S3's.
_SORTED = {"Deleted", "Errors"}


def recordings() -> dict[str, dict[str, Any]]:
    """The recorded answers by step, by conversation: "api/TestS3ObjectCRUD::test_delete_object"."""
    return {
        f"{file.stem}/{name.partition('.py::')[2] or name}": entry["recorded-content"]
        for file in sorted(RECORDINGS.glob("*.json"))
        for name, entry in json.loads(file.read_text()).items()
    }


def cannot(name: str) -> bool:
    """Whether a conversation is one that cannot be replayed."""
    return any(fnmatchcase(name, pattern) for pattern in CANNOT)


class Conversation:
    """One conversation with the mock, compared with the recorded one step by step."""

    def __init__(self, s3: S3Client, recorded: dict[str, Any]) -> None:
        """Start a conversation with an empty bucket, ``self.bucket``."""
        self.s3 = s3
        self.recorded = recorded
        self.bucket = "a-bucket"
        self.differences: dict[str, str] = {}
        self.steps: set[str] = set()
        self.body_unknown = False
        """Whether a body does not follow from the recording: its ETag and checksums then have to be consistent only."""
        self._values: dict[str, str] = {}
        s3.create_bucket(Bucket=self.bucket)

    def versioned(self, status: str = "Enabled") -> None:
        """Set the bucket's versioning, without comparing the answer."""
        self("", "put_bucket_versioning", VersioningConfiguration={"Status": status})

    def __call__(self, step: str, operation: str, /, **parameters: Any) -> Any:
        """The mock's answer to an operation on the bucket, errors included. A named step is compared with S3's."""
        if operation not in {"list_buckets", "create_bucket"}:
            parameters.setdefault("Bucket", self.bucket)
        try:
            answer = getattr(self.s3, operation)(**parameters)
        except ClientError as error:
            # boto3 repeats some members of an error beside it.
            answer = {name: error.response.get(name) for name in ("Error", "ResponseMetadata")}
        answer = _plain(answer)
        if step:
            self.steps.add(step)
            self._compare(step, self.recorded[step], answer)
        elif "Error" in answer:
            raise AssertionError(f"preparing with {operation}: {answer['Error']}")
        return answer

    def _compare(self, path: str, recorded: Any, actual: Any) -> None:
        if path.endswith(".Body") and isinstance(recorded, dict):  # a JSON document is recorded as its content
            actual = json.loads(actual)
        if isinstance(recorded, dict) and isinstance(actual, dict):
            for name in sorted(recorded.keys() | actual.keys()):
                self._compare(f"{path}.{name}", recorded.get(name, "absent"), actual.get(name, "absent"))
        elif isinstance(recorded, list) and isinstance(actual, list) and len(recorded) == len(actual):
            if path.rpartition(".")[2] in _SORTED:
                actual = sorted(actual, key=lambda entry: str(entry["Key"]))
            for index, pair in enumerate(zip(recorded, actual, strict=True)):
                self._compare(f"{path}[{index}]", *pair)
        elif self.body_unknown and _HASH.search(path) and "absent" not in {recorded, actual}:
            if self._values.setdefault(recorded, actual) != actual:
                self.differences[path] = f"S3 answered {recorded!r} as before, the mock {actual!r}"
        elif isinstance(recorded, str) and isinstance(actual, str) and self._same(recorded, actual):
            return
        elif recorded != actual:
            self.differences[path] = f"S3 answered {recorded!r}, the mock {actual!r}"

    def _same(self, recorded: str, actual: str) -> bool:
        """Whether a string is the recorded one, where each token stands for one value in the whole conversation."""
        if "absent" in {recorded, actual} or recorded in _WORDS:
            return recorded == actual or (recorded in _WORDS and actual != "absent")
        match = re.fullmatch("(.+?)".join(map(re.escape, _TOKEN.split(recorded))), actual, re.DOTALL)
        return match is not None and all(
            self._values.setdefault(token, value) == value
            for token, value in zip(_TOKEN.findall(recorded), match.groups(), strict=True)
        )


def _plain(value: Any) -> Any:
    """An answer as it is recorded: bodies as text, dates as the word "datetime", no headers."""
    if isinstance(value, dict):
        if "HTTPStatusCode" in value:
            return {"HTTPHeaders": {}, "HTTPStatusCode": value["HTTPStatusCode"]}
        return {name: _plain(member) for name, member in value.items() if name not in {"RequestId", "HostId"}}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, datetime):
        return "datetime"
    return value.read().decode(errors="replace") if hasattr(value, "read") else value
