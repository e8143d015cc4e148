"""S3 Metadata: ?metadataTable (V1), ?metadataConfiguration (V2) and its three tables.

Which operations work for a configuration of which version: API pages; that an update of one of V1 is a 405, too, is
assumed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3mock.backend.bucket_state import configured
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import metadata
from s3mock.models.metadata import Metadata, MetadataTable, Place
from s3mock.responses.registry import Parameters, operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3mock.backend.bucket_state import BucketState, Change


@operation(
    "CreateBucketMetadataTableConfiguration",
    action="s3:CreateBucketMetadataTableConfiguration",
    log="REST.POST.METADATATABLE",
)
def create_bucket_metadata_table_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Create the bucket's metadata table in one of the customer's table buckets (V1).

    S3 API: CreateBucketMetadataTableConfiguration

    Differs: the table is active at once and nothing is written to it; every table bucket exists.
    """
    _create(exchange, metadata.v1_table(request["MetadataTableConfiguration"], _place(exchange)))
    return {}


@operation(
    "CreateBucketMetadataConfiguration",
    action="s3:CreateBucketMetadataTableConfiguration",
    log="REST.POST.METADATACONFIGURATION",
)
def create_bucket_metadata_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Create the bucket's journal table, and optionally its inventory and annotation tables (V2).

    S3 API: CreateBucketMetadataConfiguration

    Differs: the tables are active at once, nothing is written to them, and they are deleted with their configuration,
    where S3 keeps them and fails to create them again until they are deleted.
    """
    _create(exchange, metadata.configuration(request["MetadataConfiguration"], _place(exchange)))
    return {}


@operation(
    "GetBucketMetadataTableConfiguration", action="s3:GetBucketMetadataTableConfiguration", log="REST.GET.METADATATABLE"
)
def get_bucket_metadata_table_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """The bucket's configuration of V1.

    S3 API: GetBucketMetadataTableConfiguration
    """
    present = _present(exchange.bucket.state)
    if not isinstance(present, MetadataTable):
        raise _other_version("GET")
    return {"GetBucketMetadataTableConfigurationResult": present.describe()}


@operation(
    "GetBucketMetadataConfiguration",
    action="s3:GetBucketMetadataTableConfiguration",
    log="REST.GET.METADATACONFIGURATION",
)
def get_bucket_metadata_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """The bucket's configuration, of either version.

    S3 API: GetBucketMetadataConfiguration
    """
    present = _present(exchange.bucket.state)
    described = present.describe_as_v2() if isinstance(present, MetadataTable) else present.describe()
    return {"GetBucketMetadataConfigurationResult": {"MetadataConfigurationResult": described}}


@operation(
    "DeleteBucketMetadataTableConfiguration",
    action="s3:DeleteBucketMetadataTableConfiguration",
    log="REST.DELETE.METADATATABLE",
)
def delete_bucket_metadata_table_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """Delete the bucket's configuration of V1.

    S3 API: DeleteBucketMetadataTableConfiguration
    """

    def decide(state: BucketState) -> Change:
        if not isinstance(_present(state), MetadataTable):
            raise _other_version("DELETE")
        return configured(state, metadata=None)

    exchange.commit(decide)
    return {}


@operation(
    "DeleteBucketMetadataConfiguration",
    action="s3:DeleteBucketMetadataTableConfiguration",
    log="REST.DELETE.METADATACONFIGURATION",
)
def delete_bucket_metadata_configuration(exchange: Exchange, _request: Parameters) -> Parameters:
    """Delete the bucket's configuration, of either version.

    S3 API: DeleteBucketMetadataConfiguration
    """

    def decide(state: BucketState) -> Change:
        _present(state)
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
    document, place = request["InventoryTableConfiguration"], _place(exchange)
    _update(exchange, lambda present: replace(present, inventory=metadata.table(document, place, present.inventory)))
    return {}


@operation(
    "UpdateBucketMetadataJournalTableConfiguration",
    action="s3:UpdateBucketMetadataJournalTableConfiguration",
    log="REST.PUT.METADATAJOURNALTABLE",
)
def update_bucket_metadata_journal_table_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Set the number of days after which records of the journal table expire.

    S3 API: UpdateBucketMetadataJournalTableConfiguration
    """
    days = metadata.expiration_days(request["JournalTableConfiguration"])
    _update(exchange, lambda present: replace(present, journal=replace(present.journal, days=days)))
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
    document, place = request["AnnotationTableConfiguration"], _place(exchange)

    def with_table(present: Metadata) -> Metadata:
        table = metadata.annotation_table(document, place, present.annotations)
        return replace(present, annotations=table, annotations_configured=True)

    _update(exchange, with_table)
    return {}


def _place(exchange: Exchange) -> Place:
    bucket = exchange.bucket
    return Place(bucket.partition, bucket.region, bucket.account.id, bucket.name)


def _create(exchange: Exchange, new: Metadata | MetadataTable) -> None:
    def decide(state: BucketState) -> Change:
        if state.configuration.metadata is not None:  # a 409; the code is assumed
            raise S3Error("InvalidBucketState", "A metadata configuration already exists for this bucket.")
        return configured(state, metadata=new)

    exchange.commit(decide)


def _present(state: BucketState) -> Metadata | MetadataTable:
    """The bucket's configuration. Raises MetadataConfigurationNotFound."""
    present = state.configuration.metadata
    if present is None:
        raise S3Error("MetadataConfigurationNotFound")
    return present


def _update(exchange: Exchange, change: Callable[[Metadata], Metadata]) -> None:
    def decide(state: BucketState) -> Change:
        present = _present(state)
        if isinstance(present, MetadataTable):
            raise _other_version("PUT")
        return configured(state, metadata=change(present))

    exchange.commit(decide)


def _other_version(method: str) -> S3Error:
    return S3Error("MethodNotAllowed", Method=method, ResourceType="BUCKET")
