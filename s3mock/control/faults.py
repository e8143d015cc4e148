"""``S3.fail`` and ``S3.faults``: the fault rules in force, and what has fired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from s3mock.backend.cloud import Cloud
    from s3mock.backend.faults import Entry, Fired
    from s3mock.models.fault import Rule


class Fault:
    """A fault rule in force: ``with s3.fail(...) as fault`` removes it at the end, ``fault.remove()`` at once."""

    __slots__ = ("_cloud", "_entry")

    def __init__(self, cloud: Cloud, entry: Entry) -> None:
        self._cloud, self._entry = cloud, entry

    @property
    def rule(self) -> Rule:
        """What it matches, and what it does."""
        return self._entry.rule

    @property
    def fired(self) -> tuple[Fired, ...]:
        """The requests that it has failed or delayed, oldest first."""
        return self._cloud.faults.fired(self._entry)

    @property
    def seen(self) -> int:
        """The number of requests that it has matched."""
        return self._entry.seen

    def remove(self) -> None:
        """Take the rule away; what it did stays in ``s3.faults``."""
        self._cloud.faults.remove(self._entry)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def __repr__(self) -> str:
        return f"<Fault {self._entry.rule.row()}, fired {self._entry.count} times>"


class FiredFaults(tuple["Fired", ...]):  # noqa: SLOT001 - a subclass of tuple can have none
    """The faults that requests have met, oldest first, as a tuple; and the rules in force.

    ``print(s3.faults)`` has one line for each.
    """

    _cloud: Cloud

    @classmethod
    def all_of(cls, cloud: Cloud) -> FiredFaults:
        """The faults that a cloud keeps."""
        fired = cls(cloud.faults.fired())
        fired._cloud = cloud
        return fired

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process gets the faults alone.
        return tuple, (tuple(self),)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in force, in the order of their making: the first one that is due decides."""
        return tuple(entry.rule for entry in self._cloud.faults.entries)

    def rows(self) -> list[dict[str, Any]]:
        """The rules in force as rows of JSON, which ``load`` takes."""
        return self._cloud.faults.rows()

    def load(self, rows: str | Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> tuple[Fault, ...]:
        """Add rules: rows with the keywords of ``S3.fail``, or one, as JSON or as dictionaries. All of them, or none.

        Raises TypeError and ValueError as ``S3.fail``.
        """
        from s3mock.gateway import faults  # noqa: PLC0415

        if isinstance(rows, str):
            import json  # noqa: PLC0415

            try:
                parsed: Mapping[str, Any] | Iterable[Mapping[str, Any]] = json.loads(rows)
            except ValueError as error:
                raise ValueError(f"a text of fault rules is JSON, which {rows!r} is not: {error}") from error
        else:
            parsed = rows
        given = [parsed] if isinstance(parsed, Mapping) else list(parsed)
        for row in given:
            if not isinstance(row, Mapping):
                raise TypeError(
                    f'a fault rule is a row like {{"operation": "PutObject", "code": "SlowDown"}}, not {row!r}'
                )
        return tuple(Fault(self._cloud, entry) for entry in faults.put(self._cloud, given))

    def clear(self) -> None:
        """Remove all rules, and forget what has fired."""
        self._cloud.faults.clear()

    def __str__(self) -> str:
        return "\n".join(map(str, self))
