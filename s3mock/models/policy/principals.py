"""Whom a statement is about: its Principal, or its NotPrincipal.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from s3mock.errors import S3Error
from s3mock.models.regions import REGIONS

EVERYONE = "*"
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_ARN = re.compile(
    r"arn:(?P<partition>[a-z-]+):(?:"
    r"iam::(?P<account>\d{12}):(?:root|(?:user|role)/[^*?]+)|"
    r"iam::cloudfront:user/CloudFront Origin Access Identity \w+|"
    r"sts::\d{12}:(?:assumed-role/[^/*?]+/[^/*?]+|federated-user/[^*?]+))",
    re.ASCII,
)
_CANONICAL = re.compile("[0-9a-fA-F]{64}")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Principals:
    """Those whom a statement names: everyone, or some by each of the ways to name them.

    ``accounts`` are ids of 12 digits, be they written so or as the ARN of the account's root, ``arns`` all other ARNs.
    """

    everyone: bool = False
    accounts: frozenset[str] = frozenset()
    arns: frozenset[str] = frozenset()
    canonical_ids: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    federated: frozenset[str] = frozenset()

    @property
    def is_fixed(self) -> bool:
        """Whether it is known who they are."""
        return not self.everyone


def parse(value: Any) -> Principals:
    """Return what a Principal says. Raises MalformedPolicy with whom it cannot be as its Detail.

    Whether there is such a user or role is not asked: any may exist.
    """
    if value == EVERYONE:
        return Principals(everyone=True)
    if not isinstance(value, dict) or not value:
        raise _invalid(json.dumps(value))
    named: dict[str, list[str]] = {}
    for kind, listed in value.items():
        names = listed if isinstance(listed, list) else [listed]
        for name in names:
            if not isinstance(name, str) or not _is_valid(kind, name):
                raise _invalid(f"{json.dumps(kind)} : {json.dumps(name)}")
        if not names:
            raise _invalid(f"{json.dumps(kind)} : []")
        named[kind] = names
    of_aws = [_account_of(name) or name for name in named.get("AWS", ())]
    return Principals(
        everyone=EVERYONE in of_aws,
        accounts=frozenset(name for name in of_aws if _ACCOUNT.fullmatch(name)),
        arns=frozenset(name for name in of_aws if name.startswith("arn:")),
        canonical_ids=frozenset(name.lower() for name in named.get("CanonicalUser", ())),
        services=frozenset(named.get("Service", ())),
        federated=frozenset(named.get("Federated", ())),
    )


def _is_valid(kind: str, name: str) -> bool:
    match kind:
        case "AWS":
            found = _ARN.fullmatch(name)
            of_ours = found is not None and found["partition"] in REGIONS
            return name == EVERYONE or of_ours or _ACCOUNT.fullmatch(name) is not None
        case "CanonicalUser":
            return _CANONICAL.fullmatch(name) is not None
        case "Service":
            return _SERVICE.fullmatch(name) is not None
        case "Federated":
            return bool(name) and EVERYONE not in name
    return False


def _account_of(name: str) -> str | None:
    found = _ARN.fullmatch(name)
    return found["account"] if found is not None and name.endswith(":root") else None


def _invalid(detail: str) -> S3Error:
    return S3Error("MalformedPolicy", "Invalid principal in policy", Detail=detail)
