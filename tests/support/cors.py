"""Requests of pages from other origins: CORS rules, clients with an Origin, and the CORS headers of responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PAGE = "https://app.example.com"
VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"


def rule(**members: Any) -> dict[str, Any]:
    """A rule that allows GET from every origin, with these members replaced."""
    return {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], **members}


def put(s3: Any, bucket: str, *rules: dict[str, Any]) -> None:
    """Configure the bucket's rules."""
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": list(rules)})


def cors_headers(headers: Any) -> dict[str, str]:
    """The CORS headers and the Vary header among ``headers``."""
    named = {name.lower(): value for name, value in headers.items()}
    return {name: value for name, value in named.items() if name == "vary" or name.startswith("access-control-")}


def send_origin(s3: S3Client, origin: str, **headers: str) -> None:
    """Add an Origin and other headers to all requests of a client, as a browser does for a page."""

    def add(request: Any, **_others: Any) -> None:
        request.headers["Origin"] = origin
        for name, value in headers.items():
            request.headers[name.replace("_", "-")] = value

    s3.meta.events.register("before-sign.s3", add)


def cors_headers_of(response: Any) -> dict[str, str]:
    """The CORS headers and the Vary header of a boto3 response."""
    return cors_headers(response["ResponseMetadata"]["HTTPHeaders"])
