"""requests is answered by the patch of urllib3 below it. This keeps other mocks of requests from answering S3 first."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import requests

from s3mock.process.patches import Function, Patches, past_mocks
from s3mock.transports.router import Router


def install(patches: Patches, router: Router, _library: ModuleType) -> None:
    """Send requests to S3 past ``responses`` (and moto), which replace the adapter's method, and requests-mock.

    Each request first puts this on top again, in case one of them has replaced the methods meanwhile.
    """

    def past_others(kind: type) -> Function:
        past = past_mocks(kind, "send")

        def send(original: Function, sender: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
            s3 = router.takes(request.url, str(request.headers.get("Authorization", "")))
            return (past(original) if s3 else original)(sender, request, *args, **kwargs)

        return send

    for kind in (requests.adapters.HTTPAdapter, requests.Session):
        patches.keep_on_top(kind, "send", past_others(kind))
    patches.look_before(requests.Session, "request")
    patches.look_before(requests.PreparedRequest, "prepare")
