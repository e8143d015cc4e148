"""The part of JSON Schema that the control API uses, checked without a library.

``tests/test_control_api.py`` compares every verdict with that of the package ``jsonschema``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]

_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}
_INTEGER = re.compile("-?[0-9]{1,15}")
_LONGEST_QUOTE = 100


class InvalidInputError(Exception):
    """An input that does not fit its schema: the ``field`` that is wrong (None for the whole), and what to do."""

    def __init__(self, field: str | None, message: str) -> None:
        self.field, self.message = field, message
        super().__init__(message)


def check(value: Any, schema: Schema, field: str | None = None) -> None:
    """Refuse a value that does not fit a schema. Raises InvalidInputError for the first thing that is wrong."""
    name = field or "the body"
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if not any(_TYPES[kind](value) for kind in types):
        raise InvalidInputError(field, f"{name} has to be of type {' or '.join(types)}, not {_quoted(value)}")
    if "enum" in schema and value not in schema["enum"]:
        raise InvalidInputError(field, f"{name} has to be one of {_quoted(schema['enum'])}, not {_quoted(value)}")
    for keyword, beyond, limit in ("minimum", -1, "at least"), ("maximum", 1, "at most"):
        if keyword in schema and _TYPES["number"](value) and (value - schema[keyword]) * beyond > 0:
            raise InvalidInputError(field, f"{name} has to be {limit} {schema[keyword]}, not {_quoted(value)}")
    if isinstance(value, list) and "items" in schema:
        for place, item in enumerate(value):
            check(item, schema["items"], f"{field or ''}[{place}]")
    if isinstance(value, dict):
        _check_object(value, schema, field)


def _check_object(value: dict[str, Any], schema: Schema, field: str | None) -> None:
    below = "" if field is None else f"{field}."
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name in schema.get("required", ()):
        if name not in value:
            raise InvalidInputError(f"{below}{name}", f"{below}{name} is missing")
    for name, item in value.items():
        if name in properties:
            check(item, properties[name], f"{below}{name}")
        elif others is False:
            known = f"the fields are {', '.join(properties)}" if properties else "there are no fields"
            raise InvalidInputError(f"{below}{name}", f"{_quoted(f'{below}{name}')} is unknown: {known}")
        elif others is not True:
            check(item, others, f"{below}{name}")


def from_text(text: str, schema: Schema) -> Any:
    """A query parameter as the type of its schema; where it cannot be one, the text, which ``check`` then refuses."""
    if schema["type"] == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    return text


def _quoted(value: Any) -> str:
    """The value as JSON, cut off where it is long."""
    text = json.dumps(value)
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}..."
