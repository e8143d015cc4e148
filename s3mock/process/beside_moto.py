"""moto's ``mock_aws`` beside our mock: we answer S3, moto the rest, in any order of start and stop."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from s3mock.process.patches import Function, Patches

_BEFORE_SEND_OF_S3 = "before-send.s3."


def install(patches: Patches) -> None:
    """Keep moto from answering S3 requests, as soon as it is imported.

    moto answers in a handler of botocore's event "before-send", which is emitted before the function that we replace.
    """

    def answer(original: Function, stubber: Any, event_name: str, **kwargs: Any) -> Any:
        return None if event_name.startswith(_BEFORE_SEND_OF_S3) else original(stubber, event_name, **kwargs)

    patches.when_imported(
        "moto.core.botocore_stubber", lambda module: patches.replace(module.BotocoreStubber, "__call__", answer)
    )


def is_active() -> bool:
    """Whether moto's ``mock_aws`` is active."""
    models = sys.modules.get("moto.core.models")
    if models is None:
        return False
    return bool(getattr(getattr(models, "botocore_stubber", None), "enabled", False))


def when_stopped(call: Callable[[], None]) -> None:
    """Call ``call`` once, when moto's last ``mock_aws`` has stopped.

    moto saves the environment at its start and puts it back at its end. If it started while our mock was active and
    ends later, it puts our values back, and ``call`` replaces them by the original ones.
    """
    patches = Patches()

    def stop(original: Function, mock: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(mock, *args, **kwargs)
        finally:
            if patches.in_force and not is_active():
                patches.restore()
                call()

    patches.replace(sys.modules["moto.core.models"].MockAWS, "stop", stop)
