"""Children of multiprocessing get the environment of the mock, not that in which the fork server was started.

Children by spawn inherit it anyway. A fork server passes on its own, and it lives as long as this process: the first
pool, perhaps before the mock, has started it.
"""
# ruff: noqa: SLF001 - multiprocessing has no public hook; tests/test_children.py fails if it changes

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from s3mock.process.patches import Function, Patches

if TYPE_CHECKING:
    from s3mock.process.environment import Environment


class Variables:
    """Environment variables with their values, None for none, that are set in the process that unpickles them.

    It needs nothing but Python there: not even s3mock can be imported yet.
    """

    def __init__(self, values: Mapping[str, str | None]) -> None:
        self._values = dict(values)

    def __reduce__(self) -> tuple[Any, ...]:
        """A call of ``exec``."""
        steps = [
            f"os.environ.pop({name!r}, None)" if value is None else f"os.environ[{name!r}] = {value!r}"
            for name, value in self._values.items()
        ]
        return exec, ("\n".join(("import os", *steps)), {})


def install(patches: Patches, environment: Environment) -> None:
    """Send children the variables of the mock, and start a fork server without them."""

    def get_preparation_data(original: Function, *args: Any, **kwargs: Any) -> Any:
        return original(*args, **kwargs) | {"s3mock": Variables(environment.current())}

    def ensure_running(original: Function, server: Any) -> Any:
        if server._forkserver_pid is not None:
            return original(server)
        with environment.suspended():
            return original(server)

    patches.when_imported(
        "multiprocessing.spawn", lambda module: patches.replace(module, "get_preparation_data", get_preparation_data)
    )
    patches.when_imported(
        "multiprocessing.forkserver",
        lambda module: patches.replace(module.ForkServer, "ensure_running", ensure_running),
    )
