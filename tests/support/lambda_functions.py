"""What the functions of Object Lambda in tests do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def write(client: S3Client, event: dict[str, Any], **answer: Any) -> None:
    """Answer as a function of Lambda does."""
    context = event["getObjectContext"]
    tokens = {"RequestRoute": context["outputRoute"], "RequestToken": context["outputToken"]}
    client.write_get_object_response(**{**tokens, **answer})
