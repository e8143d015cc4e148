"""Text of a policy with wildcards, and with policy variables that the request context fills in.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

from s3mock.dataclass import dataclass

RequestContext = Mapping[str, tuple[str, ...]]
"""The values of each condition key of a request; the names of the keys are in lower case."""


class Wildcard(Enum):
    """A wildcard: ``*`` matches any number of characters, including none, and ``?`` exactly one."""

    ANY = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable, ``${key}`` or ``${key, 'default'}``: the value of a condition key."""

    key: str
    default: str | None


Token: TypeAlias = str | Wildcard

_VARIABLE = re.compile(r"\$\{(?P<name>[^}]*)\}")
_WITH_DEFAULT = re.compile(r"(?P<key>[^,]+),\s*'(?P<default>[^']*)'\s*")
_LITERALS = frozenset("*?$")
"""Characters that stand for themselves between the braces: ``${*}`` is an asterisk, not a wildcard."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Text with wildcards and policy variables."""

    text: str
    parts: tuple[str | Wildcard | Variable, ...]

    @classmethod
    def parse(cls, text: str, *, variables: bool, wildcards: bool = True) -> Pattern:
        """The pattern of ``text``; without ``variables``, ``${`` stands for itself."""
        parts: list[str | Wildcard | Variable] = []
        end = 0
        # Only up to the last brace: after it, each "${" would be looked up to the end of the text.
        for found in _VARIABLE.finditer(text, 0, text.rfind("}") + 1) if variables else ():
            parts += _plain(text[end : found.start()], wildcards=wildcards)
            end = found.end()
            name = found["name"]
            defaulted = _WITH_DEFAULT.fullmatch(name)
            if name in _LITERALS:
                parts.append(name)
            elif defaulted is None:
                parts.append(Variable(name.strip().lower(), None))
            else:
                parts.append(Variable(defaulted["key"].strip().lower(), defaulted["default"]))
        parts += _plain(text[end:], wildcards=wildcards)
        return cls(text, tuple(parts))

    def fill(self, context: RequestContext) -> tuple[Token, ...] | None:
        """The pattern with its variables filled in.

        None if a variable has no default and its condition key has no value, or several.
        """
        filled: list[Token] = []
        for part in self.parts:
            if isinstance(part, Variable):
                values = context.get(part.key, ())
                value = values[0] if len(values) == 1 else part.default
                if value is None:
                    return None
                filled.append(value)
            else:
                filled.append(part)
        return tuple(filled)

    def matches(self, text: str, context: RequestContext) -> bool:
        """Whether the pattern, filled in from ``context``, matches the whole of ``text``."""
        filled = self.fill(context)
        return filled is not None and match(filled, text)

    @property
    def is_fixed(self) -> bool:
        """Whether there are neither wildcards nor variables in it."""
        return all(isinstance(part, str) for part in self.parts)


def _plain(text: str, *, wildcards: bool) -> list[str | Wildcard | Variable]:
    if not wildcards:
        return [text] if text else []
    return [Wildcard(piece) if piece in ("*", "?") else piece for piece in re.split(r"([*?])", text) if piece]


def match(tokens: tuple[Token, ...], text: str) -> bool:
    """Whether ``tokens`` match the whole of ``text``.

    Only the last ``*`` is ever retried, so no policy can make this slow: the number of steps is at most the product of
    the two lengths.
    """
    at, position = 0, 0
    star, resume = -1, 0
    while at < len(tokens) or position < len(text):
        token = tokens[at] if at < len(tokens) else None
        if token is Wildcard.ANY:
            star, resume = at, position
            at += 1
        elif token is Wildcard.ONE and position < len(text):
            at, position = at + 1, position + 1
        elif isinstance(token, str) and text.startswith(token, position):
            at, position = at + 1, position + len(token)
        elif star >= 0 and resume < len(text):
            resume += 1
            at, position = star + 1, resume
        else:
            return False
    return True


def can_match_prefix(tokens: tuple[Token, ...], prefix: str) -> bool:
    """Whether ``tokens`` match some text that begins with ``prefix``."""
    rest = prefix
    for token in tokens:
        if token is Wildcard.ANY:
            return True  # whatever the other tokens need may follow the prefix
        if token is Wildcard.ONE:
            rest = rest[1:]
        elif isinstance(token, str):
            common = min(len(token), len(rest))
            if token[:common] != rest[:common]:
                return False
            rest = rest[common:]
        if not rest:
            return True
    return False
