"""Pages of other origins, for tests: rules for them, their requests, and what answers say to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PAGE = "https://app.example.com"
VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"


def rule(**members: Any) -> dict[str, Any]:
    """Return a rule that lets every page GET, but for the members given."""
    return {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], **members}


def put(s3: Any, bucket: str, *rules: dict[str, Any]) -> None:
    """Configure rules."""
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": list(rules)})


def cors_headers(headers: Any) -> dict[str, str]:
    """Return what an answer says to browsers."""
    named = {name.lower(): value for name, value in headers.items()}
    return {name: value for name, value in named.items() if name == "vary" or name.startswith("access-control-")}


def come_from(s3: S3Client, origin: str, **headers: str) -> None:
    """Let all requests of a client have an Origin, as those of a page do, and other headers."""

    def add(request: Any, **_others: Any) -> None:
        request.headers["Origin"] = origin
        for name, value in headers.items():
            request.headers[name.replace("_", "-")] = value

    s3.meta.events.register("before-sign.s3", add)


def cors_headers_of(response: Any) -> dict[str, str]:
    """Return what an answer to boto3 says to browsers."""
    return cors_headers(response["ResponseMetadata"]["HTTPHeaders"])
