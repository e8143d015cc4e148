"""Amazon S3 inside your test process: see ``mock_s3``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from s3mock.backend.notification import DeliveryWarning
    from s3mock.backend.notification.message import Event
    from s3mock.backend.schedules import ScheduleWarning
    from s3mock.control import S3
    from s3mock.mock import mock_s3
    from s3mock.process.real_calls import RealCallError
    from s3mock.server import S3MockServer, create_app
    from s3mock.settings import SettingError

__all__ = [
    "S3",
    "DeliveryWarning",
    "Event",
    "RealCallError",
    "S3MockServer",
    "ScheduleWarning",
    "SettingError",
    "__version__",
    "create_app",
    "mock_s3",
]

__version__ = "0.1.0"

_HOMES = {
    "DeliveryWarning": "s3mock.backend.notification",
    "Event": "s3mock.backend.notification.message",
    "RealCallError": "s3mock.process.real_calls",
    "S3": "s3mock.control",
    "S3MockServer": "s3mock.server",
    "ScheduleWarning": "s3mock.backend.schedules",
    "SettingError": "s3mock.settings",
    "create_app": "s3mock.server",
    "mock_s3": "s3mock.mock",
}


def __getattr__(name: str) -> Any:
    """Import a public name on its first use, so that ``import s3mock`` costs next to nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value
