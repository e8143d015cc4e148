"""``dataclass``, as in the standard library, but made in a quarter of the time: some fifty precede the first answer.

The library compiles six methods for each class, here it compiles only ``__init__``. And values are frozen for mypy
alone: what freezes one at run time takes four fifths of making it.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - re-exported
else:

    def dataclass(*, frozen: bool = False, eq: bool = True, **options: bool) -> Callable[[type], type]:
        """Make the decorated class a dataclass; a ``frozen`` one has a hash."""

        def make(cls: type) -> type:
            made = dataclasses.dataclass(eq=False, repr=False, **options)(cls)
            made.__repr__ = _repr
            if eq:
                names = [field.name for field in dataclasses.fields(made) if field.compare]
                compared = attrgetter(*names or ["__class__"])

                def equals(self: Any, other: Any) -> Any:
                    return compared(self) == compared(other) if type(other) is type(self) else NotImplemented

                made.__eq__ = equals
                made.__hash__ = (lambda self: hash(compared(self))) if frozen else None
            return made

        return make


def _repr(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"
