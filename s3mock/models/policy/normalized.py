"""The JSON that S3 stores for the policy of a resource: parsed and written anew.

- There is no white space, and the elements have an order: https://github.com/hashicorp/terraform/issues/9933, the AWS
  CLI's example of get-bucket-policy.
- A list of one is its element: https://github.com/hashicorp/terraform/issues/2432.
- The default Version is written: https://github.com/versity/versitygw/issues/1536.
- An account is the ARN of its root user: https://github.com/hashicorp/terraform/issues/9036; also where it was named by
  its canonical id: issue 9933.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from s3mock.models.policy.document import STATEMENT_ORDER, VERSIONS


def normalized(policy: Mapping[str, Any], partition: str, canonical_ids: Mapping[str, str]) -> str:
    """The JSON of a loaded policy, which must be valid.

    ``partition`` is that of the bucket; ``canonical_ids`` maps canonical ids to the accounts that have them. A single
    statement becomes a list of one: no policy was seen without a list.
    """
    written = {"Version": policy.get("Version", VERSIONS[1])}
    if "Id" in policy:
        written["Id"] = policy["Id"]
    written["Statement"] = [_statement(each, partition, canonical_ids) for each in _listed(policy["Statement"])]
    return json.dumps(written, separators=(",", ":"), ensure_ascii=False)


def _statement(statement: Mapping[str, Any], partition: str, canonical_ids: Mapping[str, str]) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name in STATEMENT_ORDER:
        if name not in statement:
            continue
        element = statement[name]
        if name in {"Principal", "NotPrincipal"}:
            element = _principals(element, partition, canonical_ids)
        elif name == "Condition":
            element = {operator: _condition(keys) for operator, keys in element.items()}
        written[name] = _without_list(element)
    return written


def _principals(element: Any, partition: str, canonical_ids: Mapping[str, str]) -> Any:
    if isinstance(element, str):
        return element
    named: dict[str, list[str]] = {}
    for kind, names in element.items():
        for name in _listed(names):
            account = canonical_ids.get(name.lower()) if kind == "CanonicalUser" else None
            if kind == "AWS" and name.isdigit():
                account = name
            if account is None:
                named.setdefault(kind, []).append(name)
            else:
                named.setdefault("AWS", []).append(f"arn:{partition}:iam::{account}:root")
    return {kind: _without_list(names) for kind, names in named.items()}


def _condition(keys: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a condition operator, with all values as text: JSON's numbers and booleans become text."""
    written = {}
    for key, values in keys.items():
        written[key] = _without_list([each if isinstance(each, str) else json.dumps(each) for each in _listed(values)])
    return written


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _without_list(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value
