"""botocore's clock, moved along with the mock's: what is signed now is signed at the mock's time.

Else every signature would be too old once the mock's clock has been advanced, and a form or URL that is presigned now
would have expired already.
"""

from __future__ import annotations

from datetime import timedelta
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import botocore.auth
import botocore.signers
from botocore.credentials import RefreshableCredentials

if TYPE_CHECKING:
    from datetime import datetime

    from s3mock.backend.clock import Clock
    from s3mock.process.patches import Function, Patches

SESSION = "s3express"
"""What botocore calls the credentials of a directory bucket's session: S3 says when they end."""


def install(patches: Patches, clock: Clock) -> None:
    """Let botocore sign by ``clock`` while that is ahead of the system's; freezegun reaches it as ever."""

    def signing(original: Function) -> Function:
        def get_current_datetime(*arguments: Any, **keywords: Any) -> datetime:
            now: datetime = original(*arguments, **keywords)
            return now + timedelta(seconds=clock.offset) if patches.in_force and clock.offset else now

        return get_current_datetime

    def dating(original: Function) -> Function:
        def _get_date(auth: Any) -> Any:
            moved = patches.in_force and clock.offset
            return formatdate(clock.timestamp(), usegmt=True) if moved else original(auth)

        return _get_date

    def expiring(original: Function) -> Function:
        def _get_date(auth: Any) -> Any:
            moved = patches.in_force and clock.offset
            return str(int(original(auth)) + int(clock.offset)) if moved else original(auth)

        return _get_date

    def ending(original: Function) -> Function:
        def _seconds_remaining(credentials: Any) -> Any:
            ahead = clock.offset if patches.in_force and credentials.method == SESSION else 0
            return original(credentials) - ahead

        return _seconds_remaining

    patches.replace(botocore.auth, "get_current_datetime", signing)
    patches.replace(botocore.signers, "get_current_datetime", signing)
    patches.when_imported("botocore.crt.auth", lambda room: patches.replace(room, "get_current_datetime", signing))
    patches.replace(botocore.auth.HmacV1Auth, "_get_date", dating)
    patches.replace(botocore.auth.HmacV1QueryAuth, "_get_date", expiring)
    patches.replace(RefreshableCredentials, "_seconds_remaining", ending)
