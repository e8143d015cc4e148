"""requests is answered by the patch of urllib3 below it. This keeps other mocks of requests from answering S3 first."""

from __future__ import annotations

from typing import Any

import requests

from s3mock.process.patches import Function, Patches, past_mocks
from s3mock.transports.router import Router


def install(patches: Patches, router: Router) -> None:
    """Send requests to S3 past ``responses`` (and moto), which replace the adapter's method, and requests-mock.

    Whoever has replaced them is looked for at each request, before its first step.
    """

    def past_others(kind: type) -> Function:
        past = past_mocks(kind, "send")

        def send(original: Function, sender: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
            s3 = router.takes(request.url, str(request.headers.get("Authorization", "")))
            return (past(original) if s3 else original)(sender, request, *args, **kwargs)

        return send

    def first_look(original: Function, *args: Any, **kwargs: Any) -> Any:
        patches.look()
        return original(*args, **kwargs)

    for kind in (requests.adapters.HTTPAdapter, requests.Session):
        patches.keep_on_top(kind, "send", past_others(kind))
    patches.replace(requests.Session, "request", first_look)
    patches.replace(requests.PreparedRequest, "prepare", first_look)
