"""A policy: statements that allow or deny actions, read from JSON and checked as S3 checks them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from s3mock.errors import S3Error
from s3mock.models.policy import conditions, principals
from s3mock.models.policy.conditions import Condition, syntax
from s3mock.models.policy.patterns import Pattern
from s3mock.models.policy.principals import Principals

VERSIONS = ("2012-10-17", "2008-10-17")
WITH_VARIABLES = "2012-10-17"
EFFECTS = ("Allow", "Deny")

_OF_DOCUMENTS = frozenset({"Version", "Id", "Statement"})
_PAIRS = {"Principal": "NotPrincipal", "Action": "NotAction", "Resource": "NotResource"}
_OF_STATEMENTS = frozenset({"Sid", "Effect", "Condition", *_PAIRS, *_PAIRS.values()})


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. ``number`` counts from 1; where a ``not_`` is true, the element is the one with Not.

    ``principals`` is None in the policy of an identity, which is about itself.
    """

    number: int
    sid: str | None
    effect: Literal["Allow", "Deny"]
    principals: Principals | None
    not_principals: bool
    actions: tuple[Pattern, ...]
    not_actions: bool
    resources: tuple[Pattern, ...]
    not_resources: bool
    conditions: tuple[Condition, ...]

    @property
    def name(self) -> str:
        """What to call it: its Sid, else its number."""
        return f'"{self.sid}"' if self.sid else f"number {self.number}"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as it was written, and what its statements say."""

    text: str
    version: str
    statements: tuple[Statement, ...]


def loaded(text: str) -> dict[str, Any]:
    """Return the JSON of a policy. Raises MalformedPolicy where it is none, or says something twice."""
    if not text.lstrip(" \t\r\n").startswith("{"):
        raise S3Error("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'")
    try:
        document: dict[str, Any] = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        # github.com/versity/versitygw/pull/1156: the words of a document that begins well
        raise S3Error("MalformedPolicy", "This policy contains invalid Json") from None
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _twice(name)
        found[name] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _twice(name: str) -> S3Error:
    return S3Error("MalformedPolicy", f"Statement/policy already has instance of {name}")


def parse(document: dict[str, Any], text: str, *, of_resource: bool) -> Policy:
    """Return the policy that ``document`` writes; one ``of_resource`` says to whom it applies.

    Raises MalformedPolicy.
    """
    _check_fields(document, _OF_DOCUMENTS)
    version = document.get("Version", VERSIONS[1])
    if version not in VERSIONS:
        raise S3Error("MalformedPolicy", "The policy must contain a valid version string")
    if not isinstance(document.get("Id", ""), str):
        raise syntax()
    written = _required(document, "Statement")
    listed = written if isinstance(written, list) else [written]
    if not listed:
        raise S3Error("MalformedPolicy", "Could not parse the policy: Statement is empty!")
    variables = version == WITH_VARIABLES
    statements = tuple(
        _statement(number, each, variables=variables, of_resource=of_resource) for number, each in enumerate(listed, 1)
    )
    return Policy(text, version, statements)


def _statement(number: int, written: Any, *, variables: bool, of_resource: bool) -> Statement:
    if not isinstance(written, dict):
        raise syntax()
    _check_fields(written, _OF_STATEMENTS)
    for name, negation in _PAIRS.items():
        if name in written and negation in written:
            raise _twice(name)
    effect = _required(written, "Effect")
    if effect not in EFFECTS:
        raise S3Error("MalformedPolicy", f"Invalid effect: {effect if isinstance(effect, str) else json.dumps(effect)}")
    if not isinstance(written.get("Sid", ""), str):
        raise syntax()
    return Statement(
        number,
        written.get("Sid"),
        effect,
        _principals(written, of_resource=of_resource),
        "NotPrincipal" in written,
        _patterns(written, "Action", variables=False),
        "NotAction" in written,
        _patterns(written, "Resource", variables=variables),
        "NotResource" in written,
        conditions.parse(written.get("Condition", {}), variables=variables),
    )


def _principals(written: dict[str, Any], *, of_resource: bool) -> Principals | None:
    if not of_resource:  # "You cannot use the Principal element in an identity-based policy"
        if "Principal" in written or "NotPrincipal" in written:
            raise S3Error("MalformedPolicy", "Policy document should not specify a principal.")
        return None
    if "NotPrincipal" in written:
        return principals.parse(written["NotPrincipal"])
    return principals.parse(_required(written, "Principal"))


def _patterns(written: dict[str, Any], name: str, *, variables: bool) -> tuple[Pattern, ...]:
    value = written[_PAIRS[name]] if _PAIRS[name] in written else _required(written, name)
    listed = value if isinstance(value, list) else [value]
    if not listed:
        raise S3Error("MalformedPolicy", f"Missing required field {name} cannot be empty!")
    if not all(isinstance(each, str) for each in listed):
        raise syntax()
    if name == "Action":  # in whatever letters
        listed = [each.lower() for each in listed]
    return tuple(Pattern.parse(each, variables=variables) for each in listed)


def _required(written: dict[str, Any], name: str) -> Any:
    if name not in written:
        raise S3Error("MalformedPolicy", f"Missing required field {name}")
    return written[name]


def _check_fields(written: dict[str, Any], known: frozenset[str]) -> None:
    for name in written:
        if name not in known:
            raise S3Error("MalformedPolicy", f"Unknown field {name}")
