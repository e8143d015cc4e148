"""Multipart uploads through boto3."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def begin(s3: S3Client, bucket: str, key: str = "a-key", **parameters: Any) -> str:
    """Create an upload and return its id."""
    return s3.create_multipart_upload(Bucket=bucket, Key=key, **parameters)["UploadId"]


def send(s3: S3Client, bucket: str, upload_id: str, *bodies: bytes, key: str = "a-key", **parameters: Any) -> list[Any]:
    """Upload the parts 1, 2, ... and return their numbers and ETags for CompleteMultipartUpload."""
    parts = []
    for number, body in enumerate(bodies, 1):
        reply = s3.upload_part(Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=body, **parameters)
        parts.append({"PartNumber": number, "ETag": reply["ETag"]})
    return parts


def complete(s3: S3Client, bucket: str, upload_id: str, parts: Any, key: str = "a-key", **parameters: Any) -> Any:
    """Complete an upload with these parts."""
    return s3.complete_multipart_upload(
        Bucket=bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}, **parameters
    )


def etag_of(*bodies: bytes) -> str:
    """The ETag of an object that was uploaded in these parts, with its quotes."""
    digests = b"".join(hashlib.md5(body, usedforsecurity=False).digest() for body in bodies)
    return f'"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(bodies)}"'


def md5_of(body: bytes) -> str:
    """The ETag of an object or a part that was sent in one piece, with its quotes."""
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
