"""The Principal or NotPrincipal element of a statement.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.models.regions import REGIONS

EVERYONE = "*"

_FORMS: Mapping[str, re.Pattern[str]] = {
    "AWS": re.compile(
        rf"\*|\d{{12}}|arn:(?:{'|'.join(REGIONS)}):(?:"
        r"iam::\d{12}:(?:root|(?:user|role)/[^*?]+)|"
        r"iam::cloudfront:user/CloudFront Origin Access Identity \w+|"
        r"sts::\d{12}:(?:assumed-role/[^/*?]+/[^/*?]+|federated-user/[^*?]+))",
        re.ASCII,
    ),
    "CanonicalUser": re.compile("[0-9a-fA-F]{64}"),
    "Service": re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?"),
    "Federated": re.compile(r"[^*]+"),
}
"""What each kind of principal looks like. Whether the user or role exists is for ``responses.policy`` to check."""

_ROOT = re.compile(r"\Aarn:[a-z-]+:iam::(\d{12}):root\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Principals:
    """The principals that an element names: everyone, or some of each kind.

    ``accounts`` are ids of 12 digits, including those written as the ARN of the account's root; ``arns`` are all other
    ARNs.
    """

    everyone: bool = False
    accounts: frozenset[str] = frozenset()
    arns: frozenset[str] = frozenset()
    canonical_ids: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    federated: frozenset[str] = frozenset()


def parse(element: Any) -> Principals:
    """The principals of an element. Raises MalformedPolicy, whose Detail is the invalid principal."""
    if element == EVERYONE:
        return Principals(everyone=True)
    if not isinstance(element, dict) or not element:
        raise _invalid(json.dumps(element))
    named: dict[str, list[str]] = {}
    for kind, value in element.items():
        names = value if isinstance(value, list) else [value]
        for name in names:
            if kind not in _FORMS or not isinstance(name, str) or not _FORMS[kind].fullmatch(name):
                raise _invalid(f"{json.dumps(kind)} : {json.dumps(name)}")
        if not names:
            raise _invalid(f"{json.dumps(kind)} : []")
        named[kind] = names
    aws = {_ROOT.sub(r"\1", name) for name in named.get("AWS", ())}
    arns = frozenset(name for name in aws if name.startswith("arn:"))
    return Principals(
        everyone=EVERYONE in aws,
        accounts=frozenset(aws - arns - {EVERYONE}),
        arns=arns,
        canonical_ids=frozenset(name.lower() for name in named.get("CanonicalUser", ())),
        services=frozenset(named.get("Service", ())),
        federated=frozenset(named.get("Federated", ())),
    )


def _invalid(detail: str) -> S3Error:
    return S3Error("MalformedPolicy", "Invalid principal in policy", Detail=detail)
