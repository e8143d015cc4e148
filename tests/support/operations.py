"""The operations that s3mock implements, and those that only the installed botocore has."""

from __future__ import annotations

from s3mock.responses import OPERATIONS, declaration
from s3mock.wire import model
from s3mock.wire.quirks import SUCCESSORS

DECLARED = {name: declaration(name) for name in OPERATIONS}
"""What is declared of each operation: all handlers are imported."""


def is_implemented(name: str) -> bool:
    """Whether an operation has a handler, its own or its successor's."""
    return SUCCESSORS.get(name, name) in OPERATIONS


IMPLEMENTED = tuple(sorted(filter(is_implemented, model.operation_names())))


def missing() -> list[str]:
    """The operations of botocore that are newer than s3mock, which are a 501: they are reported, not a failure."""
    return sorted(name for name in model.operation_names() if not is_implemented(name))
