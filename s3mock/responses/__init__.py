"""The operations of S3: a function for each, and a module for each of S3's subresources."""

from __future__ import annotations

from s3mock.responses import (  # noqa: F401 - a module registers its operations
    abac,
    accelerate,
    acl,
    analytics,
    annotation,
    buckets,
    cors,
    directory,
    encryption,
    intelligent_tiering,
    inventory,
    lifecycle,
    listing,
    logging,
    metadata,
    metrics,
    notification,
    object_lock,
    ownership_controls,
    policy,
    public_access_block,
    replication,
    request_payment,
    restore,
    select,
    tagging,
    torrent,
    versioning,
    website,
)
from s3mock.responses.access_points import object_lambda  # noqa: F401
from s3mock.responses.directory import objects as directory_objects  # noqa: F401
from s3mock.responses.objects import (  # noqa: F401
    attributes,
    completing,
    copying,
    deletion,
    multipart,
    objects,
    post_object,
)
from s3mock.responses.registry import OPERATIONS

__all__ = ["OPERATIONS"]
