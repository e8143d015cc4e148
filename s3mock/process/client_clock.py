"""botocore's clock, advanced with the mock's, so that requests are signed at the mock's time.

Otherwise, once the mock's clock has been advanced, every signature would be too old, and new presigned URLs and forms
would already have expired.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import formatdate
from types import ModuleType, SimpleNamespace
from typing import Any

import botocore.auth
import botocore.signers
from botocore.credentials import RefreshableCredentials

from s3mock.clock import Clock
from s3mock.process.patches import Function, Patches

SESSION = "s3express"
"""botocore's name for the method of a directory bucket's session credentials, whose expiration S3 sets."""


def install(patches: Patches, clock: Clock) -> None:
    """Make botocore sign by ``clock`` while that is ahead of the system's; freezegun still affects it."""

    def get_current_datetime(original: Function, *args: Any, **kwargs: Any) -> datetime:
        now: datetime = original(*args, **kwargs)
        return now + timedelta(seconds=clock.offset) if clock.offset else now

    def date_of_header(original: Function, auth: Any) -> Any:
        return formatdate(clock.timestamp(), usegmt=True) if clock.offset else original(auth)

    def expiration_of_query(original: Function, auth: Any) -> Any:
        return str(int(original(auth)) + int(clock.offset)) if clock.offset else original(auth)

    def seconds_remaining(original: Function, credentials: Any) -> Any:
        return original(credentials) - (clock.offset if credentials.method == SESSION else 0)

    def utcnow() -> datetime:
        return datetime.fromtimestamp(clock.timestamp(), timezone.utc).replace(tzinfo=None)

    def sign_by_clock(module: ModuleType) -> None:
        if hasattr(module, "get_current_datetime"):
            patches.replace(module, "get_current_datetime", get_current_datetime)
        elif hasattr(module, "datetime"):  # until botocore 1.40
            moved = SimpleNamespace(utcnow=utcnow, strptime=datetime.strptime)
            patches.put(module, "datetime", SimpleNamespace(datetime=moved, timedelta=timedelta, timezone=timezone))

    for module in ("botocore.auth", "botocore.signers", "botocore.crt.auth", "aiobotocore.signers"):
        patches.when_imported(module, sign_by_clock)
    patches.replace(botocore.auth.HmacV1Auth, "_get_date", date_of_header)
    patches.replace(botocore.auth.HmacV1QueryAuth, "_get_date", expiration_of_query)
    patches.replace(RefreshableCredentials, "_seconds_remaining", seconds_remaining)
