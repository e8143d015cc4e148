"""moto's ``mock_aws`` beside our mock: S3 is ours, the rest is moto's, in any order of start and stop."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from s3mock.process.patches import Function, Patches

_BEFORE_SEND_OF_S3 = "before-send.s3."


def install(patches: Patches) -> None:
    """Keep moto from answering S3 requests, as soon as it is imported.

    moto answers in a handler of botocore's event "before-send", which comes before our hook: it has to step aside.
    """
    patches.when_imported("moto.core.botocore_stubber", lambda module: _step_aside(module, patches))


def _step_aside(module: ModuleType, patches: Patches) -> None:
    def make(original: Function) -> Function:
        def answer(stubber: Any, event_name: str, **kwargs: Any) -> Any:
            if patches.in_force and event_name.startswith(_BEFORE_SEND_OF_S3):
                return None
            return original(stubber, event_name, **kwargs)

        return answer

    patches.replace(module.BotocoreStubber, "__call__", make)


def is_active() -> bool:
    """Whether moto's ``mock_aws`` is active."""
    stubber = getattr(sys.modules.get("moto.core.models"), "botocore_stubber", None)
    return bool(getattr(stubber, "enabled", False))


def when_stopped(call: Callable[[], None]) -> None:
    """Call ``call`` once, when moto's last ``mock_aws`` has stopped.

    moto saves the environment at its start and puts it back at its end. If it started while our mock was active and
    ends after it, it puts our values back, which must then make way for those from before.
    """
    patches = Patches()

    def make(original: Function) -> Function:
        def stop(mock: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                return original(mock, *args, **kwargs)
            finally:
                if patches.in_force and not is_active():
                    patches.restore()
                    call()

        return stop

    patches.replace(sys.modules["moto.core.models"].MockAWS, "stop", make)
