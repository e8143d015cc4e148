"""References to columns: the steps of a path, and how they are followed in a record."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.select.values import MISSING, Untyped, Value

Evaluate = Callable[[Any], Value]
"""The value of an expression for a record."""


class Wildcard:
    """The type of ALL, the step to every element of a list (``[*]``) or every value of an object (``.*``)."""

    __slots__ = ()


ALL: Final = Wildcard()


@dataclass(frozen=True, slots=True)
class Name:
    """The step to a member. Only a quoted name is case-sensitive."""

    text: str
    quoted: bool

    def matches(self, other: str) -> bool:
        """Whether this name refers to ``other``."""
        return self.text == other or (not self.quoted and self.text.lower() == other.lower())


Step = Name | int | Wildcard


@dataclass(frozen=True, slots=True)
class Path:
    """The steps of a reference, and its place in the expression (counted from 1)."""

    steps: tuple[Step, ...]
    line: int
    column: int

    @property
    def label(self) -> str | None:
        """The name that the path gives a column of the result; None where it does not end in a name."""
        last = self.steps[-1]
        return last.text if isinstance(last, Name) else None


Resolve = Callable[[Path], Evaluate]
"""The function that follows a path in the records of one object."""


# --- CSV: records are lists of fields

_NUMBERED = re.compile(r"_(\d{1,9})", re.ASCII)  # _N is the Nth column


def in_fields(alias: Name, header: Sequence[str] | None) -> Resolve:
    """How paths are resolved in lists of fields. ``header`` is None where columns have no names.

    Resolving raises MissingHeaders for an unknown name (https://github.com/greenplum-db/gpdb/pull/8775),
    InvalidColumnIndex for any name where there is no header, AmbiguousFieldName for a name of several columns (User
    Guide, "Case sensitivity of header and attribute names"), and InvalidKeyPath for a longer path.
    """

    def resolve(path: Path) -> Evaluate:
        steps = path.steps
        if len(steps) > 1 and isinstance(steps[0], Name) and steps[0].matches(alias.text):
            steps = steps[1:]
        name = steps[0]
        if len(steps) > 1 or not isinstance(name, Name):
            raise S3Error("InvalidKeyPath")
        named = [index for index, column in enumerate(header or ()) if name.matches(column)]
        if len(named) > 1 and not name.quoted:
            raise S3Error("AmbiguousFieldName")
        if named:
            index = named[0]
        elif (numbered := _NUMBERED.fullmatch(name.text)) and int(numbered[1]):
            index = int(numbered[1]) - 1
        elif header is not None:
            raise S3Error("MissingHeaders")
        else:
            # Seen: apache/hadoop, s3_select.md; the column is that of the whole reference.
            message = f"The column index at line {path.line}, column {path.column} is invalid. "
            raise S3Error("InvalidColumnIndex", message + "Please check the service documentation and try again.")

        def field(record: Sequence[str]) -> Value:
            return Untyped(record[index]) if index < len(record) else MISSING

        return field

    return resolve


# --- JSON and Parquet: records are values


def in_values(alias: Name) -> Resolve:
    """How paths are resolved in values.

    The record itself is ``alias``, or ``_1`` unless it has such a member (User Guide, SELECT command, FROM clause).
    """

    def resolve(path: Path) -> Evaluate:
        steps, rest = path.steps, path.steps[1:]
        first = steps[0]
        if isinstance(first, Name) and first.matches(alias.text):
            return lambda record: follow(record, rest)
        if isinstance(first, Name) and first.text == "_1":
            return lambda record: follow(record, steps if isinstance(record, Mapping) and "_1" in record else rest)
        return lambda record: follow(record, steps)

    return resolve


def follow(value: Value, steps: tuple[Step, ...]) -> Value:
    """The value that ``steps`` lead to from ``value``, or MISSING; a list if one of them is a wildcard.

    Raises AmbiguousFieldName for an unquoted name of several members.
    """
    for place, step in enumerate(steps):
        if isinstance(step, Wildcard):
            rest = steps[place + 1 :]
            found = [item for item in (follow(each, rest) for each in _every(value)) if item is not MISSING]
            nested = any(isinstance(later, Wildcard) for later in rest)
            return [item for part in found for item in part] if nested else found
        value = _one(value, step)
        if value is MISSING:
            break
    return value


def records_at(value: Value, steps: tuple[Step, ...]) -> Sequence[Value]:
    """The records that a path of the FROM clause finds in a value: at least one, MISSING where it leads nowhere.

    (User Guide, SELECT command, FROM clause.)
    """
    for place, step in enumerate(steps):
        if isinstance(step, Wildcard):
            rest = steps[place + 1 :]
            return [record for each in _every(value) for record in records_at(each, rest)] or [MISSING]
        value = _one(value, step)
    return [value]


def _every(value: Value) -> Sequence[Value]:
    """The values that a wildcard leads to."""
    if isinstance(value, Mapping):
        return tuple(value.values())
    return value if isinstance(value, list) else ()


def _one(value: Value, step: Name | int) -> Value:
    """The member or the element that a step leads to, or MISSING. Raises AmbiguousFieldName."""
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and 0 <= step < len(value) else MISSING
    if not isinstance(value, Mapping):
        return MISSING
    if step.quoted:
        return value.get(step.text, MISSING)
    found = [member for member in value if step.matches(member)]
    if len(found) > 1:
        raise S3Error("AmbiguousFieldName")
    return value[found[0]] if found else MISSING
