"""The policy of a posted form: what its fields may say, and until when.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html; the messages of a document that is
none are those of https://github.com/versity/versitygw/blob/main/s3err/post-object.go, which follow S3's.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from s3mock.errors import S3Error

# Fields that need no condition: the page's, and for version 2 those of "HTML forms (AWS signature version 2)".
UNCONDITIONED = frozenset({"awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"})
IGNORED = "x-ignore-"


class Condition(NamedTuple):
    """What one field must say. ``test`` and ``name`` (with its $) are written as in the policy."""

    test: str
    name: str
    value: str

    @property
    def field(self) -> str:
        """The name of the field in lower case; "" where the policy does not write a field's name."""
        return self.name[1:].lower() if self.name.startswith("$") else ""

    def holds(self, fields: Mapping[str, str]) -> bool:
        """Whether the form has the field, and with the right value.

        A field that is not there fails even where it may begin with anything
        (https://github.com/waynehoover/s3_direct_upload/issues/107).
        """
        sent = fields.get(self.field)
        if sent is None or self.test.lower() == "eq":
            return sent == self.value
        if self.field == "content-type":  # "Matching Content-Types in a comma-separated list"
            return all(kind.strip().startswith(self.value) for kind in sent.split(","))
        return sent.startswith(self.value)

    def __str__(self) -> str:
        # S3 writes it so whatever the policy looks like: https://github.com/aws/aws-sdk-js/issues/1514
        return json.dumps([self.test, self.name, self.value], ensure_ascii=False)


class LengthRange(NamedTuple):
    """How many bytes the file may have."""

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
    """A policy document that has been read."""

    expiration: datetime
    conditions: tuple[Condition, ...]
    ranges: tuple[LengthRange, ...]

    def check(self, bucket: str, fields: Mapping[str, str], now: datetime) -> None:
        """Raise AccessDenied where the policy has expired, a condition fails, or a field has none.

        ``bucket`` is that of the URL, whatever a field may say. ``fields`` have their names in lower case. That the
        conditions come first, in their order, is assumed.
        """
        if now >= self.expiration:
            raise _denied("Policy expired.")
        fields = {**fields, "bucket": bucket}
        for condition in self.conditions:
            if not condition.holds(fields):
                raise _denied(f"Policy Condition failed: {condition}")
        known = {condition.field for condition in self.conditions} | UNCONDITIONED
        extra = [name for name in fields if name not in known and not name.startswith(IGNORED)]
        if extra:  # the bucket is one of them: https://github.com/aws/aws-sdk-php/issues/3292
            raise _denied(f"Extra input fields: {', '.join(extra)}")


def measured(chunks: Iterable[bytes], ranges: Iterable[LengthRange]) -> Iterator[bytes]:
    """Yield the file's bytes; raise EntityTooSmall or EntityTooLarge at the end where they were too few or too many.

    Those that are too many are counted, since the error says how many there were, but not yielded.
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
    """Return the policy that the field spells: JSON in base64. Raises InvalidPolicyDocument."""
    document = _document(policy)
    for name in ("expiration", "conditions"):
        if name not in document:
            raise _invalid(f"Policy missing {name}.")
    for name in document:
        if name not in ("expiration", "conditions"):
            raise _invalid(f'Unexpected: "{name}"')
    expiration, listed = document["expiration"], document["conditions"]
    if not isinstance(expiration, str):
        raise _invalid("Invalid JSON.")
    if not isinstance(listed, list):
        raise _invalid("Invalid 'conditions' value: must be a List.")
    expires = _date(expiration)
    conditions = [_condition(condition) for condition in listed]
    return PostPolicy(
        expires,
        tuple(condition for condition in conditions if isinstance(condition, Condition)),
        tuple(condition for condition in conditions if isinstance(condition, LengthRange)),
    )


# What JSON does not have and a policy may: \$ and \v ("Character escaping"), and a comma after the last of a list, as
# in the page's first example.
_LENIENT = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[\]}])', re.DOTALL)


def _strict(match: re.Match[str]) -> str:
    text = match.group()
    if text == ",":
        return ""
    return _ESCAPE.sub(lambda escape: _ESCAPES.get(escape[1], escape[0]), text)


_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"$": "$", "v": r"\u000b"}


def _document(policy: str) -> dict[str, Any]:
    encoded = "".join(policy.split()).rstrip("=")
    if not encoded:
        raise _invalid("Expecting '{' but found End-of-Input")
    try:
        content = b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError:
        raise _invalid("invalid Base64 encoding.") from None
    try:
        document = json.loads(_LENIENT.sub(_strict, content.decode()))
    except (ValueError, RecursionError):
        raise _invalid("Invalid JSON.") from None
    if not isinstance(document, dict):
        raise _invalid("Invalid JSON.")
    return document


_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def _date(text: str) -> datetime:
    """Return the time; a fraction of a second is not looked at, and a zone other than Z is taken (assumed)."""
    match = _DATE.fullmatch(text)
    try:
        if match is not None:
            return datetime.fromisoformat(match[1] + match[2].replace("Z", "+00:00"))
    except ValueError:
        pass
    raise _invalid(f"Invalid 'expiration' value: '{text}'")


def _condition(condition: Any) -> Condition | LengthRange:
    if isinstance(condition, dict):
        return _simple(condition)
    if not isinstance(condition, list):
        raise _invalid("Invalid condition test: must be a List or Object.")
    if not condition:
        raise _invalid("Invalid Condition: missing operation identifier.")
    test, *arguments = condition
    if not isinstance(test, str):
        raise _invalid("Invalid JSON.")
    kind = test.lower()  # ceph/s3-tests: test_post_object_case_insensitive_condition_fields
    if kind not in ("eq", "starts-with", "content-length-range"):
        raise _invalid(f"Invalid Condition: unknown operation '{test}'.")
    if len(arguments) != 2:
        raise _invalid(f"Invalid {test}: wrong number of arguments.")
    first, second = arguments
    if kind == "content-length-range":
        return LengthRange(_whole(first), _whole(second))
    if not isinstance(first, str):
        raise _invalid("Invalid JSON.")
    return Condition(test, first, _text(second))


def _simple(condition: Mapping[str, Any]) -> Condition:
    if len(condition) != 1:
        raise _invalid("Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.")
    ((name, value),) = condition.items()
    if not isinstance(value, str):  # https://github.com/ccoenraets/phonegap-s3-upload/pull/1
        raise _invalid("Invalid Simple-Condition: value must be a string.")
    return Condition("eq", f"${name}", value)


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _invalid("Invalid JSON.")
    return str(value)


def _whole(value: Any) -> int:
    """Return a number; S3 takes it in quotes too."""
    if isinstance(value, (int, str)) and not isinstance(value, bool) and re.fullmatch(r"-?\d{1,19}", str(value)):
        return int(value)
    raise _invalid("Invalid JSON.")


def _invalid(reason: str) -> S3Error:
    return S3Error("InvalidPolicyDocument", f"Invalid Policy: {reason}")


def _denied(reason: str) -> S3Error:
    return S3Error("AccessDenied", f"Invalid according to Policy: {reason}")
