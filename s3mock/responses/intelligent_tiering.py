"""S3 Intelligent-Tiering: ?intelligent-tiering of buckets, and what a read does to an object of this class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.backend import intelligent_tiering as tiering
from s3mock.backend.files import unless_full
from s3mock.exchange import Exchange
from s3mock.models import restore
from s3mock.models.intelligent_tiering import STORAGE_CLASS, IntelligentTiering
from s3mock.responses import listed_configurations as listed
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket
    from s3mock.models.version import Version

KIND = listed.Kind("intelligent_tiering", "IntelligentTieringConfiguration", IntelligentTiering.of)


@operation(
    "PutBucketIntelligentTieringConfiguration",
    action="s3:PutIntelligentTieringConfiguration",
    log="REST.PUT.INTELLIGENT_TIERING",
)
def put_intelligent_tiering_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Add or replace a configuration: objects that are not accessed for its days move to an archive tier.

    S3 API: PutBucketIntelligentTieringConfiguration
    """
    return listed.put(exchange, KIND, listed.read(request, KIND))


@operation(
    "GetBucketIntelligentTieringConfiguration",
    action="s3:GetIntelligentTieringConfiguration",
    log="REST.GET.INTELLIGENT_TIERING",
)
def get_intelligent_tiering_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """A configuration of archive tiers.

    S3 API: GetBucketIntelligentTieringConfiguration
    """
    return listed.get(exchange, request, KIND)


@operation(
    "DeleteBucketIntelligentTieringConfiguration",
    action="s3:PutIntelligentTieringConfiguration",
    log="REST.DELETE.INTELLIGENT_TIERING",
)
def delete_intelligent_tiering_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Delete a configuration of archive tiers; objects that it has moved stay where they are.

    S3 API: DeleteBucketIntelligentTieringConfiguration
    """
    return listed.delete(exchange, request, KIND)


@operation(
    "ListBucketIntelligentTieringConfigurations",
    action="s3:GetIntelligentTieringConfiguration",
    log="REST.GET.INTELLIGENT_TIERING",
)
def list_intelligent_tiering_configurations(exchange: Exchange, request: Parameters) -> Parameters:
    """List the configurations of archive tiers, 100 at a time.

    S3 API: ListBucketIntelligentTieringConfigurations
    """
    return listed.list_page(exchange, request, KIND)


def open_version(exchange: Exchange, bucket: Bucket, version: Version, message: str | None = None) -> None:
    """Refuse to read a version that is archived, and note the access for Intelligent-Tiering.

    GetObject, CopyObject, UploadPartCopy and SelectObjectContent are accesses; HeadObject, tagging calls and listings
    are not (User Guide, "How S3 Intelligent-Tiering works").

    Raises InvalidObjectState, with ``message`` if there is one.
    """
    now = exchange.cloud.clock.now()
    restore.check_readable(version, now, message)
    if version.storage_class == STORAGE_CLASS and version.last_access != now:
        with unless_full():  # reads go on
            exchange.commit(lambda state: tiering.read(state, version, now), bucket)
