"""The operations that s3mock answers, and those that only the installed botocore knows."""

from __future__ import annotations

from s3mock.responses import OPERATIONS
from s3mock.wire import model
from s3mock.wire.quirks import SUCCESSORS


def is_answered(name: str) -> bool:
    """Return whether an operation has a handler, its own or its successor's."""
    return SUCCESSORS.get(name, name) in OPERATIONS


ANSWERED = tuple(sorted(filter(is_answered, model.operation_names())))


def missing() -> list[str]:
    """Return the operations of botocore that are a 501: those newer than s3mock. They are reported and fail nothing."""
    return sorted(name for name in model.operation_names() if not is_answered(name))
