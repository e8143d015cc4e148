"""Texts of a policy that stand for many: wildcards, and variables that the request fills in.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

RequestContext = Mapping[str, tuple[str, ...]]
"""What a request says: the values of each condition key, whose name is in small letters."""


class Wild(Enum):
    """A wildcard: ``*`` stands for any characters, also none, and ``?`` for exactly one."""

    ANY = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Variable:
    """``${key}`` or ``${key, 'default'}``: the value of a condition key."""

    key: str
    default: str | None


Token: TypeAlias = str | Wild

_VARIABLE = re.compile(r"\$\{(?P<name>[^}]*)\}")
_WITH_DEFAULT = re.compile(r"(?P<key>[^,]+?)\s*,\s*'(?P<default>[^']*)'\s*")
_LITERALS = frozenset("*?$")
"""What is itself between the braces: ``${*}`` is an asterisk and no wildcard."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text with wildcards and variables in it."""

    text: str
    parts: tuple[str | Wild | Variable, ...]

    @classmethod
    def parse(cls, text: str, *, variables: bool, wildcards: bool = True) -> Pattern:
        """Return the pattern that ``text`` writes; without ``variables``, ``${`` is only itself."""
        parts: list[str | Wild | Variable] = []
        end = 0
        for found in _VARIABLE.finditer(text) if variables else ():
            parts += _plain(text[end : found.start()], wildcards=wildcards)
            parts.append(_variable(found["name"]))
            end = found.end()
        parts += _plain(text[end:], wildcards=wildcards)
        return cls(text, tuple(parts))

    def fill(self, keys: RequestContext) -> tuple[Token, ...] | None:
        """Return the pattern without variables; None where one has no value, or several, and no default."""
        filled: list[Token] = []
        for part in self.parts:
            if isinstance(part, Variable):
                values = keys.get(part.key, ())
                value = values[0] if len(values) == 1 else part.default
                if value is None:
                    return None
                filled.append(value)
            else:
                filled.append(part)
        return tuple(filled)

    def matches(self, text: str, keys: RequestContext) -> bool:
        """Whether the pattern, filled in by ``keys``, stands for the whole of ``text``."""
        filled = self.fill(keys)
        return filled is not None and match(filled, text)

    @property
    def is_fixed(self) -> bool:
        """Whether there are neither wildcards nor variables in it."""
        return all(isinstance(part, str) for part in self.parts)


def _plain(text: str, *, wildcards: bool) -> list[str | Wild | Variable]:
    if not wildcards:
        return [text] if text else []
    return [Wild(piece) if piece in ("*", "?") else piece for piece in re.split(r"([*?])", text) if piece]


def _variable(name: str) -> str | Variable:
    if name in _LITERALS:
        return name
    found = _WITH_DEFAULT.fullmatch(name)
    if found is None:
        return Variable(name.strip().lower(), None)
    return Variable(found["key"].strip().lower(), found["default"])


def match(tokens: tuple[Token, ...], text: str) -> bool:
    """Whether ``tokens`` stand for the whole of ``text``.

    A later ``*`` takes over from the one before it, so that no policy makes this slow: the steps are at most the
    product of the two lengths.
    """
    at, position = 0, 0
    star, resume = -1, 0
    while at < len(tokens) or position < len(text):
        token = tokens[at] if at < len(tokens) else None
        if token is Wild.ANY:
            star, resume = at, position
            at += 1
        elif token is Wild.ONE and position < len(text):
            at, position = at + 1, position + 1
        elif isinstance(token, str) and text.startswith(token, position):
            at, position = at + 1, position + len(token)
        elif star >= 0 and resume < len(text):
            resume += 1
            at, position = star + 1, resume
        else:
            return False
    return True
