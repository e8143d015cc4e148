"""The grammar of a policy: its elements, and those of its statements.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from s3mock.errors import S3Error
from s3mock.models.policy import conditions, principals
from s3mock.models.policy.conditions import Condition, invalid_syntax
from s3mock.models.policy.patterns import Pattern
from s3mock.models.policy.principals import Principals

VERSIONS = ("2012-10-17", "2008-10-17")
WITH_VARIABLES = "2012-10-17"
EFFECTS = ("Allow", "Deny")

_POLICY_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_NEGATIONS = {"Principal": "NotPrincipal", "Action": "NotAction", "Resource": "NotResource"}
_STATEMENT_ORDER = (
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
)
_STATEMENT_ELEMENTS = frozenset(_STATEMENT_ORDER)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a policy. ``number`` counts from 1.

    ``not_principals``, ``not_actions`` and ``not_resources`` are true for NotPrincipal, NotAction and NotResource.
    ``principals`` is None in the policy of an identity, which applies to that identity.
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
        """The quoted Sid, or else the number, for explanations."""
        return f'"{self.sid}"' if self.sid else f"number {self.number}"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: its JSON as it is returned, its Version, and its statements."""

    text: str
    version: str
    statements: tuple[Statement, ...]


def load(text: str) -> dict[str, Any]:
    """The JSON object of a policy. Raises MalformedPolicy for invalid JSON and for repeated elements."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        elements: dict[str, Any] = {}
        for name, value in pairs:
            if name in elements:
                raise _repeated(name)
            elements[name] = value
        return elements

    if not text.startswith("{"):  # not even white space: https://github.com/hashicorp/terraform/issues/16285
        raise S3Error("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'")
    try:
        # int refuses NaN and Infinity, which Python reads although JSON does not have them.
        policy: dict[str, Any] = json.loads(text, object_pairs_hook=unique, parse_constant=int)
    except (ValueError, RecursionError):
        # github.com/versity/versitygw/pull/1156: the message for a document that begins with a brace
        raise S3Error("MalformedPolicy", "This policy contains invalid Json") from None
    return policy


def normalized(policy: dict[str, Any], partition: str, canonical_ids: Mapping[str, str]) -> str:
    """The JSON that S3 stores for a valid policy of a resource: parsed and written anew.

    There is no white space and a fixed order of elements; a list of one is its element; the default Version is written;
    an account is the ARN of its root user, also where it was named by its canonical id. ``canonical_ids`` has those of
    the accounts that are known. A statement that is not in a list is written in one: no policy was seen without it.

    The order: https://github.com/hashicorp/terraform/issues/9933, the AWS CLI's example of get-bucket-policy. Accounts:
    https://github.com/hashicorp/terraform/issues/9036 and 9933. Lists: https://github.com/hashicorp/terraform/issues/2432.
    The Version: https://github.com/versity/versitygw/issues/1536.
    """

    def name(kind: str, value: str) -> tuple[str, str]:
        if kind == "CanonicalUser" and value.lower() in canonical_ids:
            kind, value = "AWS", canonical_ids[value.lower()]
        if kind == "AWS" and value.isascii() and value.isdigit():
            value = f"arn:{partition}:iam::{value}:root"
        return kind, value

    def principals_of(element: Any) -> Any:
        if isinstance(element, str):
            return element
        named: dict[str, list[str]] = {}
        for kind, values in element.items():
            for value in _listed(values):
                new_kind, new_value = name(kind, value)
                named.setdefault(new_kind, []).append(new_value)
        return {kind: _without_list(values) for kind, values in named.items()}

    def statement_of(statement: dict[str, Any]) -> dict[str, Any]:
        written: dict[str, Any] = {}
        for element in _STATEMENT_ORDER:
            if element not in statement:
                continue
            value = statement[element]
            if element in {"Principal", "NotPrincipal"}:
                value = principals_of(value)
            elif element == "Condition":
                value = {
                    operator: {
                        key: _without_list([_text(one) for one in _listed(values)]) for key, values in keys.items()
                    }
                    for operator, keys in value.items()
                }
            written[element] = _without_list(value)
        return written

    written = {"Version": policy.get("Version", VERSIONS[1])}
    if "Id" in policy:
        written["Id"] = policy["Id"]
    written["Statement"] = [statement_of(statement) for statement in _listed(policy["Statement"])]
    return json.dumps(written, separators=(",", ":"), ensure_ascii=False)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _without_list(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def parse(policy: dict[str, Any], text: str, *, of_resource: bool) -> Policy:
    """The policy of a loaded document; only one ``of_resource`` has principals. Raises MalformedPolicy."""
    _check_elements(policy, _POLICY_ELEMENTS)
    version = policy.get("Version", VERSIONS[1])
    if version not in VERSIONS:
        raise S3Error("MalformedPolicy", "The policy must contain a valid version string")
    if not isinstance(policy.get("Id", ""), str):
        raise invalid_syntax()
    value = _required(policy, "Statement")
    statements = value if isinstance(value, list) else [value]
    if not statements:
        raise S3Error("MalformedPolicy", "Could not parse the policy: Statement is empty!")
    variables = version == WITH_VARIABLES
    parsed = [
        _statement(number, statement, variables=variables, of_resource=of_resource)
        for number, statement in enumerate(statements, 1)
    ]
    return Policy(text, version, tuple(parsed))


def _statement(number: int, statement: Any, *, variables: bool, of_resource: bool) -> Statement:
    if not isinstance(statement, dict):
        raise invalid_syntax()
    _check_elements(statement, _STATEMENT_ELEMENTS)
    for name, negation in _NEGATIONS.items():
        if name in statement and negation in statement:
            raise _repeated(name)
    effect = _required(statement, "Effect")
    if effect not in EFFECTS:
        raise S3Error("MalformedPolicy", f"Invalid effect: {effect if isinstance(effect, str) else json.dumps(effect)}")
    sid = statement.get("Sid")
    if "Sid" in statement and not isinstance(sid, str):
        raise invalid_syntax()

    named: Principals | None = None
    if of_resource:
        element = "NotPrincipal" if "NotPrincipal" in statement else "Principal"
        named = principals.parse(_required(statement, element))
    elif "Principal" in statement or "NotPrincipal" in statement:
        # "You cannot use the Principal element in an identity-based policy"
        raise S3Error("MalformedPolicy", "Policy document should not specify a principal.")

    return Statement(
        number,
        sid,
        effect,
        named,
        "NotPrincipal" in statement,
        _patterns(statement, "Action", variables=False),
        "NotAction" in statement,
        _patterns(statement, "Resource", variables=variables),
        "NotResource" in statement,
        conditions.parse(statement.get("Condition", {}), variables=variables),
    )


def _patterns(statement: dict[str, Any], name: str, *, variables: bool) -> tuple[Pattern, ...]:
    """The patterns of Action or Resource, or of its negation."""
    value = statement[_NEGATIONS[name]] if _NEGATIONS[name] in statement else _required(statement, name)
    texts = value if isinstance(value, list) else [value]
    if not texts:
        raise S3Error("MalformedPolicy", f"Missing required field {name} cannot be empty!")
    if not all(isinstance(text, str) for text in texts):
        raise invalid_syntax()
    if name == "Action":  # case does not matter in the names of actions
        texts = [text.lower() for text in texts]
    return tuple(Pattern.parse(text, variables=variables) for text in texts)


def _required(elements: dict[str, Any], name: str) -> Any:
    if name not in elements:
        raise S3Error("MalformedPolicy", f"Missing required field {name}")
    return elements[name]


def _check_elements(elements: dict[str, Any], known: frozenset[str]) -> None:
    for name in elements:
        if name not in known:
            raise S3Error("MalformedPolicy", f"Unknown field {name}")


def _repeated(name: str) -> S3Error:
    return S3Error("MalformedPolicy", f"Statement/policy already has instance of {name}")
