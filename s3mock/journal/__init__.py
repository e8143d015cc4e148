"""What users see of a journal: the requests that S3 answered, filtered, printed, asserted and counted."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from s3mock import near_misses
from s3mock.backend.journal import Entry
from s3mock.journal.printing import plural, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from s3mock.backend.journal import Journal
    from s3mock.journal.prices import Cost

NOT_KEPT = frozenset({"Body", "AnnotationPayload"})
"""The parameters that are an object's bytes."""


FILTERS = ("bucket", "key", "status", "error", "caller", "client")
"""The keywords of ``of`` that are not parameters."""


class Requests(tuple[Entry, ...]):  # noqa: SLOT001 - a subclass of tuple can have none
    """Requests, oldest first, as a tuple that can be filtered and printed; ``clear`` forgets those of the mock."""

    _journal: Journal

    @classmethod
    def all_of(cls, journal: Journal, after: int = 0) -> Requests:
        """The requests in a journal, or those that are numbered above ``after``."""
        return cls._with(journal, journal.entries(after))

    @classmethod
    def _with(cls, journal: Journal, entries: Iterable[Entry]) -> Requests:
        requests = cls(entries)
        requests._journal = journal
        return requests

    def of(
        self,
        operation: str | None = None,
        /,
        *,
        bucket: str | None = None,
        key: str | None = None,
        status: int | None = None,
        error: str | None = None,
        caller: str | None = None,
        client: str | None = None,
        **parameters: Any,
    ) -> Requests:
        """The requests that fit everything that is given.

        ``operation``, ``bucket``, ``key``, ``error``, ``caller`` (an ARN) and ``client`` may be patterns, such as
        ``"List*"`` or ``"logs/*"``. Parameters are those of boto3, with their values: ``Key="a"``, ``MaxKeys=10``,
        ``Metadata={"a": "b"}``; a function stands for the values for which it returns true.

        Raises ValueError for an operation that S3 does not have, TypeError for a keyword that is neither a filter nor a
        parameter of the operation, for a status that is no number, and for the bytes of an object, which are not kept.
        """
        if operation is not None:
            check_operation(operation)
        check_parameters(operation or "*", parameters)
        if not isinstance(status, int | None):
            raise TypeError(f"status is a number like 404, not {status!r}: error='NoSuch*' takes a code or a pattern")
        patterns = {"operation": operation, "bucket": bucket, "key": key, "error": error}
        patterns |= {"caller": caller, "client": client}
        given = [(name, pattern) for name, pattern in patterns.items() if pattern is not None]
        return self._with(
            self._journal,
            (
                entry
                for entry in self
                if (status is None or entry.status == status)
                and all(fnmatchcase(getattr(entry, name) or "", pattern) for name, pattern in given)
                and all(_fits(entry, name, value) for name, value in parameters.items())
            ),
        )

    def cost(self, *, times: int = 1) -> Cost:
        """An estimate of what these requests would cost on S3, repeated ``times``. See ``S3.cost``."""
        from s3mock.journal import prices  # noqa: PLC0415

        return prices.cost(self, times)

    def clear(self) -> None:
        """Forget all requests of the mock so far; later ones are kept."""
        self._journal.clear()

    def __str__(self) -> str:
        return table(self)

    def __repr__(self) -> str:
        return f"<{plural(len(self), 'request')}: print() shows them>"


def _fits(entry: Entry, name: str, value: Any) -> bool:
    if name not in entry.parameters:
        return False
    sent = entry.parameters[name]
    return bool(value(sent)) if callable(value) else bool(sent == value)


def check_operation(pattern: str) -> None:
    """Raise ValueError for the name or pattern of an operation that fits none of S3's."""
    if not _operations(pattern):
        from s3mock.responses import OPERATIONS  # noqa: PLC0415

        raise ValueError(near_misses.message("S3 has no operation", pattern, OPERATIONS))


def check_parameters(pattern: str, parameters: Iterable[str]) -> None:
    """Raise TypeError for a parameter that no operation of the pattern has, and for one that is not kept."""
    for name in parameters:
        if name in NOT_KEPT:
            raise TypeError(f"the journal keeps no bytes of objects, so {name} cannot be asked for: read the object")
        known = _parameters(pattern)
        if known and name not in known:  # an older botocore does not know all operations
            whose = "no operation has a" if pattern == "*" else f"{pattern} has no"
            what = f"{whose} parameter, and the journal no filter,"
            raise TypeError(near_misses.message(what, name, (*FILTERS, *known)))


@lru_cache
def _operations(pattern: str) -> tuple[str, ...]:
    """The operations of S3 with a name, or with names that fit a pattern."""
    from s3mock.responses import OPERATIONS  # noqa: PLC0415 - it has been imported by the first request

    return (pattern,) if pattern in OPERATIONS else tuple(name for name in OPERATIONS if fnmatchcase(name, pattern))


@lru_cache
def _parameters(pattern: str) -> tuple[str, ...]:
    """The parameters of these operations in the installed botocore."""
    from s3mock.gateway import journal  # noqa: PLC0415

    return tuple(dict.fromkeys(name for operation in _operations(pattern) for name in journal.parameters(operation)))
