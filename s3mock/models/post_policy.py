"""The policy of an HTML form that posts an object: conditions on its fields, and an expiration.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html; the messages for an
invalid document are those of https://github.com/versity/versitygw/blob/main/s3err/post-object.go, which follow S3's.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error

LENGTH_RANGE = "content-length-range"

# Fields that need no condition: those of the page, and for version 2 those of "HTML forms (AWS signature version 2)".
UNCONDITIONED = frozenset({"awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"})
IGNORED = "x-ignore-"


class Condition(NamedTuple):
    """The condition on one field. ``test`` and ``name`` (with its $) are spelled as in the policy."""

    test: str
    name: str
    value: str

    @property
    def field(self) -> str:
        """The field's name in lower case; "" where ``name`` is not the name of a field."""
        return self.name[1:].lower() if self.name.startswith("$") else ""

    def holds(self, fields: Mapping[str, str]) -> bool:
        """Whether the form has the field, with a value that the condition allows.

        A missing field fails even where it may begin with anything
        (https://github.com/waynehoover/s3_direct_upload/issues/107). So does a range whose limits are no numbers
        (aws_recorded test_post_object_policy_validation_size).
        """
        if self.test.lower() == LENGTH_RANGE:
            return False
        sent = fields.get(self.field)
        if sent is None or self.test.lower() == "eq":
            return sent == self.value
        if self.field == "content-type":  # "Matching Content-Types in a comma-separated list"
            return all(kind.strip().startswith(self.value) for kind in sent.split(","))
        return sent.startswith(self.value)

    def __str__(self) -> str:
        # S3's own spelling, whatever the policy's: https://github.com/aws/aws-sdk-js/issues/1514
        return json.dumps([self.test, self.name, self.value], ensure_ascii=False)


class LengthRange(NamedTuple):
    """The least and the most bytes that the file may have."""

    least: int
    most: int

    def check(self, size: int) -> None:
        """Raise EntityTooSmall or EntityTooLarge for a file of ``size`` bytes."""
        if size < self.least:
            raise S3Error("EntityTooSmall", ProposedSize=size, MinSizeAllowed=self.least)
        if size > self.most:  # https://github.com/infinitered/apisauce/issues/245
            raise S3Error("EntityTooLarge", ProposedSize=size, MaxSizeAllowed=self.most)


@dataclass(frozen=True, slots=True)
class PostPolicy:
    """A policy: when it expires, the conditions on fields, and the allowed sizes of the file."""

    expiration: datetime
    conditions: tuple[Condition, ...]
    ranges: tuple[LengthRange, ...]

    def check(self, bucket: str, fields: Mapping[str, str], now: datetime) -> None:
        """Raise AccessDenied for an expired policy, a condition that fails, or a field without a condition.

        ``bucket`` is the bucket of the URL, which wins over a field. ``fields`` are by names in lower case. The
        conditions are checked first, in their order.
        """
        if now >= self.expiration:
            raise _denied("Policy expired.")
        fields = {**fields, "bucket": bucket}
        for condition in self.conditions:
            if not condition.holds(fields):
                raise _denied(f"Policy Condition failed: {condition}")
        known = {condition.field for condition in self.conditions} | UNCONDITIONED
        extra = [name for name in fields if name not in known and not name.startswith(IGNORED)]
        if extra:  # including the bucket: https://github.com/aws/aws-sdk-php/issues/3292
            raise _denied(f"Extra input fields: {', '.join(extra)}")


def measured(chunks: Iterable[bytes], ranges: Iterable[LengthRange]) -> Iterator[bytes]:
    """Yield the file's bytes; at their end, raise EntityTooSmall or EntityTooLarge for too few or too many.

    Bytes beyond the limit are counted, since the error reports the size, but not yielded.
    """
    ranges = tuple(ranges)
    most = min(allowed.most for allowed in ranges)
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size <= most:
            yield chunk
    for allowed in ranges:
        allowed.check(size)


def parse(policy: str) -> PostPolicy:
    """The policy of a form's field, which is JSON in Base64. Raises InvalidPolicyDocument."""
    document = _load(policy)
    for name in ("expiration", "conditions"):
        if name not in document:
            raise _invalid(f"Policy missing {name}.")
    for name in document:
        if name not in ("expiration", "conditions"):
            raise _invalid(f'Unexpected: "{name}"')
    expiration, elements = document["expiration"], document["conditions"]
    if not isinstance(expiration, str):
        raise _invalid("Invalid JSON.")
    if not isinstance(elements, list):
        raise _invalid("Invalid 'conditions' value: must be a List.")

    # A fraction of a second is ignored, and zones other than Z are accepted (assumed).
    date = _DATE.fullmatch(expiration)
    try:
        expires = datetime.fromisoformat(date[1] + date[2].replace("Z", "+00:00")) if date else None
    except ValueError:
        expires = None
    if expires is None:
        raise _invalid(f"Invalid 'expiration' value: '{expiration}'")

    conditions = [_condition(element) for element in elements]
    return PostPolicy(
        expires,
        tuple(condition for condition in conditions if isinstance(condition, Condition)),
        tuple(condition for condition in conditions if isinstance(condition, LengthRange)),
    )


# A policy may have \$ and \v ("Character escaping") and a comma after the last element of a list (the page's first
# example), which JSON does not have.
_LENIENT = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[\]}])', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"$": "$", "v": r"\u000b"}
_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def _load(policy: str) -> dict[str, Any]:
    def strict(match: re.Match[str]) -> str:
        text = match.group()
        return "" if text == "," else _ESCAPE.sub(lambda escape: _ESCAPES.get(escape[1], escape[0]), text)

    encoded = "".join(policy.split()).rstrip("=")
    if not encoded:
        raise _invalid("Expecting '{' but found End-of-Input")
    try:
        content = b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError:
        raise _invalid("invalid Base64 encoding.") from None
    try:
        document = json.loads(_LENIENT.sub(strict, content.decode()))
    except (ValueError, RecursionError):
        raise _invalid("Invalid JSON.") from None
    if not isinstance(document, dict):
        raise _invalid("Invalid JSON.")
    return document


def _condition(element: Any) -> Condition | LengthRange:
    if isinstance(element, dict):
        if len(element) != 1:
            raise _invalid("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")
        ((name, value),) = element.items()
        if not isinstance(value, str):  # https://github.com/ccoenraets/phonegap-s3-upload/pull/1
            raise _invalid("Invalid Simple-Condition: value must be a string.")
        return Condition("eq", f"${name}", value)

    if not isinstance(element, list):
        raise _invalid("Invalid condition test: must be a List or Object.")
    if not element:
        raise _invalid("Invalid Condition: missing operation identifier.")
    test, *arguments = element
    if not isinstance(test, str):
        raise _invalid("Invalid JSON.")
    kind = test.lower()  # ceph/s3-tests: test_post_object_case_insensitive_condition_fields
    if kind not in ("eq", "starts-with", LENGTH_RANGE):
        raise _invalid(f"Invalid Condition: unknown operation '{test}'.")
    if len(arguments) != 2:
        raise _invalid(f"Invalid {test}: wrong number of arguments.")
    first, second = arguments
    if kind == LENGTH_RANGE:
        least, most = _limit(first), _limit(second)
        if least is None or most is None:
            return Condition(test, str(first), str(second))
        return LengthRange(least, most)
    if not isinstance(first, str) or isinstance(second, bool) or not isinstance(second, (str, int, float)):
        raise _invalid("Invalid JSON.")
    return Condition(test, first, str(second))


def _limit(value: Any) -> int | None:
    """The number of bytes, which may be in quotes; None for other text."""
    if not isinstance(value, (int, str)) or isinstance(value, bool):
        raise _invalid("Invalid JSON.")
    return int(value) if re.fullmatch(r"-?\d{1,19}", str(value)) else None


def _invalid(reason: str) -> S3Error:
    return S3Error("InvalidPolicyDocument", f"Invalid Policy: {reason}")


def _denied(reason: str) -> S3Error:
    return S3Error("AccessDenied", f"Invalid according to Policy: {reason}")
