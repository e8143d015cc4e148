"""What pages of other origins are told: by a preflight's answer, and by every other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.responses import cors
from s3mock.steps import place
from s3mock.wire.http import Response

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.wire.hosts import Target
    from s3mock.wire.http import Request


def preflight(cloud: Cloud, request: Request, target: Target) -> Response:
    """Answer a browser that asks what a page may do. Raises BadRequest, AccessForbidden."""
    resource = "SERVICE" if target.bucket is None else "BUCKET" if target.key is None else "OBJECT"
    headers = cors.preflight(place.bucket_by_address(cloud, target), request.headers, resource)
    return Response(200, {"Content-Length": "0", **headers})


def headers(cloud: Cloud, request: Request) -> dict[str, str]:
    """Return what the answer says to a page of another origin; a preflight is answered with that alone."""
    target = None if request.method == "OPTIONS" else place.target_of(cloud, request)
    if target is None:
        return {}
    return cors.headers_for(place.bucket_by_address(cloud, target), request.method, request.headers)
