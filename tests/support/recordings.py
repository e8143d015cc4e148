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
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xmltodict
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.support.raw_requests import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

    from s3mock import S3
    from s3mock.http import Response

NO_BUCKET = "no-such-bucket"
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

REQUESTS: dict[str, Callable[[Conversation], None]] = {}
"""A function that sends the requests of a conversation, by its name."""

ROOT = Path(__file__).parents[2]
RECORDINGS = Path(os.environ.get("S3MOCK_RECORDINGS", ROOT.parent / "shared" / "aws_recorded"))
"""The folder of the recordings. A clone of the repository has none beside it."""

NO_STEP = "no step was recorded"

CANNOT: dict[str, str] = {
    "objects/TestS3PresignedUrl::test_put_object_with_md5_and_chunk_signature_*": NO_STEP,
    "api/TestS3PublicAccessBlock::test_public_access_block_exc": NO_STEP,
    "objects/TestS3::test_s3_batch_delete_objects_using_requests_with_acl": NO_STEP,
}
"""Patterns of conversations that cannot be replayed, and why."""

NO_CHECKSUMS_THEN = "S3 gives each object a checksum since December 2024"

EXPLAINED: dict[str, dict[str, str]] = {
    "objects/TestS3::test_list_objects_v2_with_prefix": {r"Contents.*\.Checksum": NO_CHECKSUMS_THEN},
    "objects/TestS3::test_s3_copy_object_src_not_exists": {r"\.Checksum": NO_CHECKSUMS_THEN},
}
"""The differences that a recording's date explains: the reason by a pattern of the members, by conversation."""

UNKNOWN_GRANTS = "what was malformed in this policy does not follow from its error"

OF_KMS = "an answer of KMS, not of S3"

STEPS_LEFT: dict[str, dict[str, str]] = {
    "objects/TestS3::test_s3_sse_validate_kms_key_state": {"create-kms-key": OF_KMS},
    "api/TestS3BucketEncryption::test_s3_default_bucket_encryption": {
        "get-bucket-no-encryption": "no answer to GetBucketEncryption: boto3 returns its only member even of no body",
    },
    "api/TestS3BucketEncryption::test_s3_bucket_encryption_sse_kms_aws_managed_key": {"managed-kms-key": OF_KMS},
    "objects/TestS3SSECEncryption::test_object_retrieval_sse_c": {
        "get-obj-sse-c-wrong-key-size": "the size is not recorded; others measured AccessDenied for ten bytes",
    },
    "objects/TestS3::test_s3_bucket_acl_exceptions": {
        f"put-bucket-acp-acl-{number}": UNKNOWN_GRANTS for number in (1, 2, 6)
    },
    "objects/TestS3::test_s3_object_acl_exceptions": {
        f"put-object-acp-acl-{number}": UNKNOWN_GRANTS for number in (1, 2, 6)
    },
}
"""The steps of replayed conversations that are not replayed themselves, and why."""

_ACCOUNT = "111111111111"
"""The placeholder of the account's id, written without brackets."""

_TOKEN = re.compile(r"<[A-Za-z0-9_-]+(?::\d+)?>")
_HASH = re.compile(r"\.(ETag|eTag\.S|Checksum(CRC|SHA)\w+)$")
_ETAG = re.compile(r"\.ETag$")
# Placeholders of several values, of any type.
_WORDS = {
    *("bucket", "i-d", "owner-id", "display-name", "uri", "etag", "date"),
    *("continuation-token", "next-continuation-token", "x-amz-id-2", "x-amz-request-id", "last-modified"),
    *("host-id", "<host-id>", "<host-id:1>", "last--modified", "<canonical-request>", "<string-to-sign>"),
    *("request-id", "amz-request-id", "amz-id", "sequencer", "object-sequencer", "version-id", "m-d5-of-body"),
    *("role", "<requester>", "dest-bucket", "<expiration>", "<content>", "<location>", "<location-constraint>"),
}
# Steps with several answers in one list are recorded in the order of the keys, not in S3's.
_SORTED = {"Deleted", "Errors"}


def recordings() -> dict[str, dict[str, Any]]:
    """The recorded answers by step, by conversation: "api/TestS3ObjectCRUD::test_delete_object"."""
    return {
        f"{file.stem}/{name.partition('.py::')[2] or name}": entry["recorded-content"]
        for file in sorted(RECORDINGS.glob("*.json"))
        for name, entry in json.loads(file.read_text().replace(_ACCOUNT, "123456789012")).items()
    }


def cannot(name: str) -> bool:
    """Whether a conversation cannot be replayed."""
    return any(fnmatchcase(name, pattern) for pattern in CANNOT)


def requests_of(topic: str, *variants: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator: the function sends the requests of the topic's conversation that has the function's name.

    With variants there is a conversation for each, and the function gets it as a second argument.
    """

    def add(send: Callable[..., None]) -> Callable[..., None]:
        name = f"{topic}::{send.__name__}"
        if not variants:
            REQUESTS[name] = send
        for variant in variants:
            REQUESTS[f"{name}[{variant}]"] = partial(send, variant=variant)
        return send

    return add


class Conversation:
    """One conversation with the mock, compared with the recorded one step by step."""

    def __init__(self, mock: S3, recorded: dict[str, Any]) -> None:
        """Start a conversation with an empty bucket, ``self.bucket``."""
        self.mock = mock
        # A user made the recordings: the Initiator of an upload has a DisplayName.
        self._credentials = mock.add_principal("recorder", EVERYTHING)
        self.connect()
        self.recorded = recorded
        self.bucket = "a-bucket"
        self.differences: dict[str, str] = {}
        self.steps: set[str] = set()
        self.body_unknown = False
        """Whether a body does not follow from the recording: its ETag and checksums then have to be consistent only."""
        self.etag_unknown = False
        """Whether ETags are no digests of the bodies, as those of objects encrypted with a KMS key."""
        self.body_read = False
        """Whether the bodies were read before the answers were recorded, so that they are recorded as empty."""
        self._values: dict[str, str] = {}
        self.s3.create_bucket(Bucket=self.bucket)

    def hide(self, member: str) -> None:
        """Take the recorded values of a member for tokens."""
        values = {answer.get(member) for answer in self.recorded.values()} - {None}
        tokens = {value: f"<{member}:{number}>" for number, value in enumerate(sorted(values))}
        self.recorded = {
            step: {name: tokens.get(value, value) if name == member else value for name, value in answer.items()}
            for step, answer in self.recorded.items()
        }

    def locked(self) -> None:
        """Replace the bucket by one with Object Lock."""
        self.bucket = "a-locked-bucket"
        self("", "create_bucket", Bucket=self.bucket, ObjectLockEnabledForBucket=True)

    def connect(self, region: str = "us-east-1", **config: Any) -> None:
        """Go on with a client of a region that sends what botocore would refuse to send, once."""
        once = Config(parameter_validation=False, retries={"total_max_attempts": 1}, **config)
        self.s3: S3Client = self.mock.client(region_name=region, config=once, **self._credentials)

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
            # boto3 repeats some members of an error beside it, which most recordings leave out.
            members = {"Error", "ResponseMetadata"} | (self.recorded[step].keys() if step else set())
            answer = {name: value for name, value in error.response.items() if name in members}
        answer = _plain(answer)
        if self.body_read and "Body" in answer:
            answer["Body"] = ""
        if step:
            self.note(step, answer)
        elif "Error" in answer:
            raise AssertionError(f"preparing with {operation}: {answer['Error']}")
        return answer

    def note(self, step: str, answer: Any) -> None:
        """Compare with a step what the mock answered."""
        self.steps.add(step)
        self._compare(step, self.recorded[step], answer)

    def send(
        self, method: str, path: str, body: bytes = b"", endpoint: str = "s3.amazonaws.com", **headers: str
    ) -> Response:
        """The response to a raw request; it is signed unless a header says otherwise."""
        response: Response = ask(self.mock.cloud, method, path, body, endpoint=endpoint, **headers)
        return response

    def headers(self, method: str, path: str, **how: str) -> dict[str, str]:
        """The headers of the response to a raw request, with lower-case names."""
        return {name.lower(): value for name, value in self.send(method, path, b"", **how).headers.items()}

    def raw(self, step: str, path: str, method: str = "GET", **how: str) -> None:
        """Compare the document that answers a request of a path and query."""
        body = self.send(method, path, b"", **how).body
        assert isinstance(body, bytes)
        document = xmltodict.parse(body)
        if "@xmlns" not in next(iter(self.recorded[step].values())):
            for root in document.values():
                root.pop("@xmlns", None)
        self.note(step, document)

    def _compare(self, path: str, recorded: Any, actual: Any) -> None:
        if path.endswith((".Body", ".Policy")) and isinstance(recorded, dict) and isinstance(actual, str):
            # A JSON document is recorded as its content.
            actual = json.loads(actual)
        if isinstance(recorded, str) and recorded in _WORDS:
            recorded = actual if actual != "absent" else recorded
        unknown = (self.body_unknown and _HASH.search(path)) or (self.etag_unknown and _ETAG.search(path))
        if isinstance(recorded, dict) and isinstance(actual, dict):
            for name in sorted(recorded.keys() | actual.keys()):
                self._compare(f"{path}.{name}", recorded.get(name, "absent"), actual.get(name, "absent"))
        elif isinstance(recorded, list) and isinstance(actual, list) and len(recorded) == len(actual):
            if path.rpartition(".")[2] in _SORTED:
                actual = sorted(actual, key=lambda entry: str(entry["Key"]))
            for index, pair in enumerate(zip(recorded, actual, strict=True)):
                self._compare(f"{path}[{index}]", *pair)
        elif unknown and "absent" not in {recorded, actual}:
            if self._values.setdefault(recorded, actual) != actual:
                self.differences[path] = f"S3 answered {recorded!r} as before, the mock {actual!r}"
        elif isinstance(recorded, str) and isinstance(actual, str) and self._same(recorded, actual):
            return
        elif recorded != actual:
            self.differences[path] = f"S3 answered {recorded!r}, the mock {actual!r}"

    def _same(self, recorded: str, actual: str) -> bool:
        """Whether a string is the recorded one, where each token is one value in the whole conversation."""
        if "absent" in {recorded, actual}:
            return recorded == actual
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
