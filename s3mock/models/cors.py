"""Cross-origin resource sharing: the requests that a bucket accepts from pages of other origins.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html ("How Amazon S3 evaluates the CORS configuration")
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error

METHODS = frozenset({"GET", "PUT", "HEAD", "POST", "DELETE"})
MOST_RULES = 100
LONGEST_ID = 255
HEADER_NAME = re.compile("[A-Za-z0-9-]*")
ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class CorsRule:
    """What pages of some origins may do. Each origin or header may contain one ``*``, which stands for any text.

    ``expose_headers`` are the headers of an answer that a page may see, ``max_age_seconds`` how long a browser keeps
    the answer to a preflight.
    """

    allowed_origins: tuple[str, ...]
    allowed_methods: tuple[str, ...]
    allowed_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    id: str | None = None
    max_age_seconds: int | None = None

    def allows(self, origin: str, method: str, headers: Collection[str] = ()) -> bool:
        """Whether a page of ``origin`` may use the method with these headers, whose names are in lower case."""
        if method not in self.allowed_methods or not any(_fits(pattern, origin) for pattern in self.allowed_origins):
            return False
        allowed = [pattern.lower() for pattern in self.allowed_headers] if headers else []
        return all(any(_fits(pattern, name) for pattern in allowed) for name in headers)

    def describe(self) -> dict[str, Any]:
        """The rule in the answer of GetBucketCors, without the elements that the configuration left out."""
        return {
            "ID": self.id or None,
            "AllowedHeaders": list(self.allowed_headers) or None,
            "AllowedMethods": list(self.allowed_methods),
            "AllowedOrigins": list(self.allowed_origins),
            "ExposeHeaders": list(self.expose_headers) or None,
            "MaxAgeSeconds": self.max_age_seconds,
        }


def rules_of(configuration: Mapping[str, Any]) -> tuple[CorsRule, ...]:
    """The rules of a CORSConfiguration. Raises MalformedXML, InvalidRequest, in the order of docs/errors.md."""
    elements = configuration["CORSRules"]
    if len(elements) > MOST_RULES:  # scality/cloudserver
        raise _refused(f"The number of CORS rules should not exceed allowed limit of {MOST_RULES} rules.")
    rules = []
    for element in elements:
        origins, methods = tuple(element["AllowedOrigins"]), tuple(element["AllowedMethods"])
        headers, exposed = tuple(element.get("AllowedHeaders", ())), tuple(element.get("ExposeHeaders", ()))
        rule_id, max_age = element.get("ID"), element.get("MaxAgeSeconds")
        for method in methods:  # an empty one as well: versity/versitygw issue 1863
            if method not in METHODS:  # quoted in public programs that received it
                raise _refused(f"Found unsupported HTTP method in CORS config. Unsupported method is {method}")
        for member, patterns in (("AllowedOrigin", origins), ("AllowedHeader", headers)):
            for pattern in patterns:  # an answer of S3 in versity/versitygw issue 1870
                if pattern.count("*") > 1:
                    raise _refused(f'{member} "{pattern}" can not have more than one wildcard.')
        for name in exposed:  # quoted in public programs that received it
            if "*" in name:
                raise _refused(
                    f'ExposeHeader "{name}" contains wildcard. We currently do not support wildcard for ExposeHeader.'
                )
            if not HEADER_NAME.fullmatch(name):  # S3's message has AllowedHeader: scality/cloudserver pull 497
                raise _refused(f'AllowedHeader "{name}" contains invalid character.')
        if rule_id is not None and len(rule_id) > LONGEST_ID:  # limit: botocore's documentation; the words are assumed
            raise _refused(f"ID length should not exceed allowed limit of {LONGEST_ID}")
        if max_age is not None and max_age < 0:  # scality/cloudserver
            raise S3Error("MalformedXML")
        rules.append(CorsRule(origins, methods, headers, exposed, rule_id, max_age))
    return tuple(rules)


def first(rules: Iterable[CorsRule], origin: str, method: str, headers: Collection[str] = ()) -> CorsRule | None:
    """The first rule that allows the request of a page of ``origin``; None if no rule does."""
    return next((rule for rule in rules if rule.allows(origin, method, headers)), None)


def _refused(message: str) -> S3Error:
    return S3Error("InvalidRequest", message)


def _fits(pattern: str, text: str) -> bool:
    before, star, after = pattern.partition("*")
    if not star:
        return text == pattern
    return len(text) >= len(before) + len(after) and text.startswith(before) and text.endswith(after)
