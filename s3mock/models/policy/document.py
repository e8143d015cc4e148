"""The grammar of a policy: its elements, and those of its statements.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from typing import Any, Literal

from s3mock.dataclass import dataclass
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
STATEMENT_ORDER = (
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
)
_STATEMENT_ELEMENTS = frozenset(STATEMENT_ORDER)


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
        # Half of a surrogate pair has no UTF-8, and is refused (assumed).
        json.dumps(policy, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        # The message for a document that begins with a brace: https://github.com/versity/versitygw/pull/1156
        raise S3Error("MalformedPolicy", "This policy contains invalid Json") from None
    return policy


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
