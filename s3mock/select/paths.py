"""What an expression calls a column: the steps of a path, and how they are followed in a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from s3mock.errors import S3Error
from s3mock.select.values import MISSING, Untyped, Value

Evaluate = Callable[[Any], Value]
"""Returns the value of an expression for a record."""


class Wildcard:
    """The type of ALL, the step to every element of a list (``[*]``) or every value of an object (``.*``)."""

    __slots__ = ()


ALL: Final = Wildcard()


@dataclass(frozen=True, slots=True)
class Name:
    """The step to a member. A quoted name is meant exactly, another in any case."""

    text: str
    quoted: bool

    def means(self, other: str) -> bool:
        """Whether this is a name of ``other``."""
        return self.text == other or (not self.quoted and self.text.lower() == other.lower())


Step = Name | int | Wildcard


@dataclass(frozen=True, slots=True)
class Path:
    """The steps of a reference, and where it stands in the expression (counted from 1)."""

    steps: tuple[Step, ...]
    line: int
    column: int

    @property
    def label(self) -> str | None:
        """The name of a result's column that this path is, if it ends with one."""
        last = self.steps[-1]
        return last.text if isinstance(last, Name) else None


Resolve = Callable[[Path], Evaluate]
"""Finds out, once, how the records of an object are asked for a path."""


def position(name: Name) -> int | None:
    """Return N of ``_N``, the name of the Nth column."""
    digits = name.text[1:]
    return int(digits) if name.text[:1] == "_" and digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def columns(alias: Name, header: Sequence[str] | None) -> Resolve:
    """Return how paths are resolved in records that are lists of fields.

    ``header`` has the columns' names, None where they have none. Raises, when a path is resolved, MissingHeaders for a
    name that is none of them, InvalidColumnIndex for any name where there is no header, AmbiguousFieldName for one of
    several, and InvalidKeyPath for a path that goes on (assumed).
    """

    def resolve(path: Path) -> Evaluate:
        steps = path.steps
        if len(steps) > 1 and isinstance(steps[0], Name) and steps[0].means(alias.text):
            steps = steps[1:]
        step = steps[0]
        if len(steps) > 1 or not isinstance(step, Name):
            raise S3Error("InvalidKeyPath")
        index = _index(step, path, header)

        def field(record: Sequence[str]) -> Value:
            return Untyped(record[index]) if index < len(record) else MISSING

        return field

    return resolve


def _index(name: Name, path: Path, header: Sequence[str] | None) -> int:
    if header is not None:
        found = [index for index, column in enumerate(header) if name.means(column)]
        if len(found) > 1 and not name.quoted:
            raise S3Error("AmbiguousFieldName")
        if found:
            return found[0]
    number = position(name)
    if number:
        return number - 1
    if header is not None:
        raise S3Error("MissingHeaders")
    # Seen: apache/hadoop, s3_select.md; the column is that of the whole reference.
    message = f"The column index at line {path.line}, column {path.column} is invalid. "
    raise S3Error("InvalidColumnIndex", message + "Please check the service documentation and try again.")


def members(alias: Name) -> Resolve:
    """Return how paths are resolved in records that are values of JSON or rows of Parquet.

    The record itself is ``alias``, or ``_1`` unless it has such a member (User Guide, SELECT command, FROM clause).
    """

    def resolve(path: Path) -> Evaluate:
        first, rest = path.steps[0], path.steps[1:]
        if isinstance(first, Name) and first.means(alias.text):
            return lambda record: follow(record, rest)
        if isinstance(first, Name) and first.text == "_1":
            return lambda record: follow(record, path.steps if _has(record, "_1") else rest)
        return lambda record: follow(record, path.steps)

    return resolve


def _has(record: Value, name: str) -> bool:
    return isinstance(record, Mapping) and name in record


def follow(value: Value, steps: tuple[Step, ...]) -> Value:
    """Return what ``steps`` lead to from ``value``, else MISSING; a list where one of them is a wildcard.

    Raises AmbiguousFieldName where a name without quotes means several members.
    """
    for place, step in enumerate(steps):
        if isinstance(step, Wildcard):
            reached = [follow(item, steps[place + 1 :]) for item in items(value)]
            nested = any(isinstance(later, Wildcard) for later in steps[place + 1 :])
            found = [item for item in reached if item is not MISSING]
            return [item for part in found for item in part] if nested else found
        value = _member(value, step) if isinstance(step, Name) else _element(value, step)
        if value is MISSING:
            break
    return value


def items(value: Value) -> Sequence[Value]:
    """Return what a wildcard leads to."""
    if isinstance(value, Mapping):
        return tuple(value.values())
    return value if isinstance(value, list) else ()


def _member(value: Value, name: Name) -> Value:
    if not isinstance(value, Mapping):
        return MISSING
    if name.quoted:
        return value.get(name.text, MISSING)
    found = [member for member in value if name.means(member)]
    if len(found) > 1:
        raise S3Error("AmbiguousFieldName")
    return value[found[0]] if found else MISSING


def _element(value: Value, index: int) -> Value:
    return value[index] if isinstance(value, list) and 0 <= index < len(value) else MISSING


def rows(value: Value, steps: tuple[Step, ...]) -> Sequence[Value]:
    """Return the records that a path of the FROM clause makes of one value; a wildcard makes one at least (ibid.)."""
    for place, step in enumerate(steps):
        if isinstance(step, Wildcard):
            rest = steps[place + 1 :]
            return [row for item in items(value) for row in rows(item, rest)] or [MISSING]
        value = _member(value, step) if isinstance(step, Name) else _element(value, step)
    return [value]
