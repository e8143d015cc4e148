"""Cross-origin resource sharing: which pages of other origins a bucket lets ask, and for what.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html ("How Amazon S3 evaluates the CORS configuration")
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from s3mock.errors import S3Error

METHODS = frozenset({"GET", "PUT", "HEAD", "POST", "DELETE"})
MOST_RULES = 100
LONGEST_ID = 255
HEADER_NAME = re.compile("[A-Za-z0-9-]*")
ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class CorsRule:
    """What pages of some origins may do. Origins and headers may have one ``*`` each, which is any text or none.

    ``exposed`` are the headers of an answer that a page may see, ``max_age`` the seconds that a browser keeps what a
    preflight was answered.
    """

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    id: str | None = None
    max_age: int | None = None

    def allows(self, origin: str, method: str, headers: Collection[str] = ()) -> bool:
        """Tell whether a page of ``origin`` may use the method with these headers, whose names are in lower case."""
        if method not in self.methods or not any(_fits(pattern, origin) for pattern in self.origins):
            return False
        allowed = [pattern.lower() for pattern in self.headers] if headers else []
        return all(any(_fits(pattern, name) for pattern in allowed) for name in headers)

    def describe(self) -> dict[str, Any]:
        """Return the rule as GetBucketCors has it; what was left out is left out."""
        return {
            "ID": self.id or None,
            "AllowedHeaders": list(self.headers) or None,
            "AllowedMethods": list(self.methods),
            "AllowedOrigins": list(self.origins),
            "ExposeHeaders": list(self.exposed) or None,
            "MaxAgeSeconds": self.max_age,
        }


def rules_of(configuration: Mapping[str, Any]) -> tuple[CorsRule, ...]:
    """Return the rules of a CORSConfiguration. Raises MalformedXML, InvalidRequest.

    The order of the checks is assumed.
    """
    elements = configuration["CORSRules"]
    if len(elements) > MOST_RULES:  # scality/cloudserver
        raise S3Error(
            "InvalidRequest", f"The number of CORS rules should not exceed allowed limit of {MOST_RULES} rules."
        )
    return tuple(_rule(element) for element in elements)


def first(rules: Iterable[CorsRule], origin: str, method: str, headers: Collection[str] = ()) -> CorsRule | None:
    """Return the first rule that allows what a page of ``origin`` asks for, None where none does."""
    return next((rule for rule in rules if rule.allows(origin, method, headers)), None)


def _rule(element: Mapping[str, Any]) -> CorsRule:
    origins, methods = element["AllowedOrigins"], element["AllowedMethods"]
    headers, exposed = element.get("AllowedHeaders", ()), element.get("ExposeHeaders", ())
    rule_id, max_age = element.get("ID"), element.get("MaxAgeSeconds")
    for method in methods:  # an empty one, too: versity/versitygw issue 1863
        if method not in METHODS:  # quoted in public programs that met it
            raise _bad(f"Found unsupported HTTP method in CORS config. Unsupported method is {method}")
    _check_wildcards("AllowedOrigin", origins)
    _check_wildcards("AllowedHeader", headers)
    _check_exposed(exposed)
    if rule_id is not None and len(rule_id) > LONGEST_ID:  # the limit: botocore's documentation; the words are assumed
        raise _bad(f"ID length should not exceed allowed limit of {LONGEST_ID}")
    if max_age is not None and max_age < 0:  # scality/cloudserver
        raise S3Error("MalformedXML")
    return CorsRule(tuple(origins), tuple(methods), tuple(headers), tuple(exposed), rule_id, max_age)


def _check_wildcards(member: str, patterns: Iterable[str]) -> None:
    for pattern in patterns:  # an answer of S3 in versity/versitygw issue 1870
        if pattern.count("*") > 1:
            raise _bad(f'{member} "{pattern}" can not have more than one wildcard.')


def _check_exposed(names: Iterable[str]) -> None:
    for name in names:  # quoted in public programs that met it
        if "*" in name:
            raise _bad(
                f'ExposeHeader "{name}" contains wildcard. We currently do not support wildcard for ExposeHeader.'
            )
        if not HEADER_NAME.fullmatch(name):  # S3 does say AllowedHeader: scality/cloudserver pull 497
            raise _bad(f'AllowedHeader "{name}" contains invalid character.')


def _bad(message: str) -> S3Error:
    return S3Error("InvalidRequest", message)


def _fits(pattern: str, text: str) -> bool:
    before, star, after = pattern.partition("*")
    if not star:
        return text == pattern
    return len(text) >= len(before) + len(after) and text.startswith(before) and text.endswith(after)
