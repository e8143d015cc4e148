"""What is said about a name that does not exist: the nearest one that does."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_LISTED = 40


def message(what: str, name: str, known: Iterable[str]) -> str:
    """The message about an unknown name, such as "S3 has no operation 'PutObjct'; did you mean PutObject?".

    ``what`` is its beginning. Case and separators do not count: ``put_object`` is near PutObject. Where none is near,
    the message lists all names that are ``known``, if they are few.
    """
    plain = {_letters(other): other for other in known}
    near = get_close_matches(_letters(name), plain, 1, 0.6)
    if near:
        return f"{what} {name!r}; did you mean {plain[near[0]]}?"
    return f"{what} {name!r}" + (f": there are {', '.join(plain.values())}" if 0 < len(plain) <= _MOST_LISTED else ".")


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()
