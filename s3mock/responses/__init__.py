"""What each operation of S3 answers: one function each, in a room for each of S3's subresources."""

from __future__ import annotations

from s3mock.responses import (
    acl,
    annotation,
    attributes,
    buckets,
    completing,
    copying,
    deletion,
    directory,
    directory_objects,
    encryption,
    listing,
    multipart,
    object_lambda,
    object_lock,
    objects,
    post_object,
    restore,
    select,
    tagging,
    torrent,
    versioning,
)
from s3mock.responses.registry import OPERATIONS

__all__ = [
    "OPERATIONS",
    "acl",
    "annotation",
    "attributes",
    "buckets",
    "completing",
    "copying",
    "deletion",
    "directory",
    "directory_objects",
    "encryption",
    "listing",
    "multipart",
    "object_lambda",
    "object_lock",
    "objects",
    "post_object",
    "restore",
    "select",
    "tagging",
    "torrent",
    "versioning",
]
