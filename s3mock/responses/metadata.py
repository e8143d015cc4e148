"""S3 Metadata: ?metadataTable (V1), ?metadataConfiguration (V2) and its three tables.

Which operations are good for a configuration of which generation: API pages; that an update of one of V1 is a 405, too,
is assumed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3mock.backend.bucket import configured
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import metadata
from s3mock.models.metadata import Metadata, MetadataTable, Place
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3mock.backend.bucket import BucketState, Change


@operation(
    "CreateBucketMetadataTableConfiguration",
    action="s3:CreateBucketMetadataTableConfiguration",
    log="REST.POST.METADATATABLE",
)
def create_bucket_metadata_table_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Give the bucket a metadata table in a table bucket of the customer's (V1).

    S3 API: CreateBucketMetadataTableConfiguration

    Differs: the table is active at once and nothing is written to it; every table bucket is there.
    """
    _create(exchange, metadata.v1_table(request["MetadataTableConfiguration"], _place(exchange)))
    return {}


@operation(
    "CreateBucketMetadataConfiguration",
    action="s3:CreateBucketMetadataTableConfiguration",
    log="REST.POST.METADATACONFIGURATION",
)
def create_bucket_metadata_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Give the bucket a journal table, and an inventory and an annotation table if they are wanted (V2).

    S3 API: CreateBucketMetadataConfiguration

    Differs: the tables are active at once, nothing is written to them, and they go with their configuration, where S3
    keeps them and fails to make them again until they are deleted.
    """
    _create(exchange, metadata.configuration(request["MetadataConfiguration"], _place(exchange)))
    return {}


@operation(
    "GetBucketMetadataTableConfiguration", action="s3:GetBucketMetadataTableConfiguration", log="REST.GET.METADATATABLE"
)
def get_bucket_metadata_table_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """Return the bucket's configuration of V1.

    S3 API: GetBucketMetadataTableConfiguration
    """
    found = _found(exchange.bucket.state)
    if not isinstance(found, MetadataTable):
        raise _other_generation("GET")
    return {"GetBucketMetadataTableConfigurationResult": found.describe()}


@operation(
    "GetBucketMetadataConfiguration",
    action="s3:GetBucketMetadataTableConfiguration",
    log="REST.GET.METADATACONFIGURATION",
)
def get_bucket_metadata_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """Return the bucket's configuration, of whichever generation.

    S3 API: GetBucketMetadataConfiguration
    """
    found = _found(exchange.bucket.state)
    described = found.describe_as_v2() if isinstance(found, MetadataTable) else found.describe()
    return {"GetBucketMetadataConfigurationResult": {"MetadataConfigurationResult": described}}


@operation(
    "DeleteBucketMetadataTableConfiguration",
    action="s3:DeleteBucketMetadataTableConfiguration",
    log="REST.DELETE.METADATATABLE",
)
def delete_bucket_metadata_table_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """Take the bucket's configuration of V1 away.

    S3 API: DeleteBucketMetadataTableConfiguration
    """

    def decide(state: BucketState) -> Change:
        if not isinstance(_found(state), MetadataTable):
            raise _other_generation("DELETE")
        return configured(state, metadata=None)

    exchange.commit(decide)
    return {}


@operation(
    "DeleteBucketMetadataConfiguration",
    action="s3:DeleteBucketMetadataTableConfiguration",
    log="REST.DELETE.METADATACONFIGURATION",
)
def delete_bucket_metadata_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """Take the bucket's configuration away, of whichever generation.

    S3 API: DeleteBucketMetadataConfiguration
    """

    def decide(state: BucketState) -> Change:
        _found(state)
        return configured(state, metadata=None)

    exchange.commit(decide)
    return {}


@operation(
    "UpdateBucketMetadataInventoryTableConfiguration",
    action="s3:UpdateBucketMetadataInventoryTableConfiguration",
    log="REST.PUT.METADATAINVENTORYTABLE",
)
def update_bucket_metadata_inventory_table_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Enable or disable the inventory table.

    S3 API: UpdateBucketMetadataInventoryTableConfiguration
    """
    wanted, place = request["InventoryTableConfiguration"], _place(exchange)
    _update(exchange, lambda found: replace(found, inventory=metadata.table(wanted, place, found.inventory)))
    return {}


@operation(
    "UpdateBucketMetadataJournalTableConfiguration",
    action="s3:UpdateBucketMetadataJournalTableConfiguration",
    log="REST.PUT.METADATAJOURNALTABLE",
)
def update_bucket_metadata_journal_table_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Set after how many days records of the journal table expire.

    S3 API: UpdateBucketMetadataJournalTableConfiguration
    """
    days = metadata.expiration_days(request["JournalTableConfiguration"])
    _update(exchange, lambda found: replace(found, journal=replace(found.journal, days=days)))
    return {}


@operation(
    "UpdateBucketMetadataAnnotationTableConfiguration",
    action="s3:UpdateBucketMetadataAnnotationTableConfiguration",
    log="REST.PUT.METADATAANNOTATIONTABLE",
)
def update_bucket_metadata_annotation_table_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Enable or disable the annotation table, or give it another role.

    S3 API: UpdateBucketMetadataAnnotationTableConfiguration
    """
    wanted, place = request["AnnotationTableConfiguration"], _place(exchange)

    def changed(found: Metadata) -> Metadata:
        return replace(found, annotations=metadata.table(wanted, place, found.annotations), annotations_configured=True)

    _update(exchange, changed)
    return {}


def _place(exchange: Exchange) -> Place:
    bucket = exchange.bucket
    return Place(bucket.partition, bucket.region, bucket.account.id, bucket.name)


def _create(exchange: Exchange, made: Metadata | MetadataTable) -> None:
    def decide(state: BucketState) -> Change:
        if state.configuration.metadata is not None:  # a 409; the code is assumed
            raise S3Error("InvalidBucketState", "A metadata configuration already exists for this bucket.")
        return configured(state, metadata=made)

    exchange.commit(decide)


def _found(state: BucketState) -> Metadata | MetadataTable:
    found = state.configuration.metadata
    if found is None:
        raise S3Error("MetadataConfigurationNotFound")
    return found


def _update(exchange: Exchange, change: Callable[[Metadata], Metadata]) -> None:
    def decide(state: BucketState) -> Change:
        found = _found(state)
        if isinstance(found, MetadataTable):
            raise _other_generation("PUT")
        return configured(state, metadata=change(found))

    exchange.commit(decide)


def _other_generation(method: str) -> S3Error:
    return S3Error("MethodNotAllowed", Method=method, ResourceType="BUCKET")
