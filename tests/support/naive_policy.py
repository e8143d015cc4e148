"""A policy evaluator that is too simple to be wrong: it works on the JSON as it is, by regular expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def decision(document: Mapping[str, Any], request: Mapping[str, Any], keys: Mapping[str, list[str]]) -> str | None:
    """ "Deny", "Allow" or None. ``request`` has an action, a resource, and an account (None if it is unsigned)."""
    effects = {each["Effect"] for each in document["Statement"] if _applies(each, request, keys)}
    return "Deny" if "Deny" in effects else "Allow" if "Allow" in effects else None


def _applies(statement: Mapping[str, Any], request: Mapping[str, Any], keys: Mapping[str, list[str]]) -> bool:
    if "Action" in statement:
        action = any(_like(each.lower(), request["action"].lower(), {}) for each in statement["Action"])
    else:
        action = not any(_like(each.lower(), request["action"].lower(), {}) for each in statement["NotAction"])
    if "Resource" in statement:
        resource = any(_like(each, request["resource"], keys) for each in statement["Resource"])
    else:
        resource = not any(_like(each, request["resource"], keys) for each in statement["NotResource"])
    whom = statement.get("Principal", statement.get("NotPrincipal"))
    named = whom == "*" or (request["account"] is not None and request["account"] in whom["AWS"])
    principal = named == ("Principal" in statement)
    conditions = [
        _holds(type_, key, values, keys)
        for type_, by_key in statement.get("Condition", {}).items()
        for key, values in by_key.items()
    ]
    return action and resource and principal and all(conditions)


def _like(pattern: str, text: str, keys: Mapping[str, list[str]]) -> bool:
    expression = ""
    for piece in re.split(r"(\$\{[^}]*\}|[*?])", pattern):
        if piece == "*":
            expression += "(?s:.*)"
        elif piece == "?":
            expression += "(?s:.)"
        elif piece.startswith("${"):
            values = keys.get(piece[2:-1], [])
            if len(values) != 1:
                return False
            expression += re.escape(values[0])
        else:
            expression += re.escape(piece)
    return re.fullmatch(expression, text) is not None


def _holds(type_: str, key: str, written: list[str], keys: Mapping[str, list[str]]) -> bool:
    if type_ == "Null":
        return (key not in keys) in [value == "true" for value in written]
    if_exists = type_.endswith("IfExists")
    quantifier, _, operator = type_.removesuffix("IfExists").rpartition(":")
    if key not in keys:
        if if_exists or quantifier == "ForAllValues":
            return True
        return "Not" in operator and quantifier != "ForAnyValue"
    responses = []
    for value in keys[key]:
        any_matches = any(_compare(operator.replace("Not", ""), each, value, keys) for each in written)
        responses.append(any_matches != ("Not" in operator))
    return all(responses) if quantifier == "ForAllValues" else any(responses)


def _compare(operator: str, written: str, value: str, keys: Mapping[str, list[str]]) -> bool:
    if operator == "StringLike":
        return _like(written, value, keys)
    if operator == "StringEquals":
        return written == value
    if operator == "StringEqualsIgnoreCase":
        return written.lower() == value.lower()
    number, other = float(value), float(written)
    return {
        "NumericEquals": number == other,
        "NumericLessThan": number < other,
        "NumericLessThanEquals": number <= other,
        "NumericGreaterThan": number > other,
        "NumericGreaterThanEquals": number >= other,
    }[operator]
