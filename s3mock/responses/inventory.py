"""S3 Inventory: ?inventory of buckets. The reports are made in ``backend.reports.inventory``."""

from __future__ import annotations

from importlib.util import find_spec

from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.inventory import CSV, Inventory
from s3mock.responses import listed_configurations as listed
from s3mock.responses.registry import Parameters, operation

KIND = listed.Kind("inventory", "InventoryConfiguration", Inventory.of, other_id="IdMismatch")


@operation(
    "PutBucketInventoryConfiguration",
    action="s3:PutInventoryConfiguration",
    log="REST.PUT.INVENTORY",
    directory="regional",
)
def put_inventory_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Add or replace a configuration of reports, which are delivered to the destination bucket as the clock advances.

    S3 API: PutBucketInventoryConfiguration

    Differs: the destination bucket needs no policy that lets S3 write into it. ORC and Parquet need pyarrow; without it
    they are a 501 NotImplemented.
    """
    inventory = listed.read(request, KIND)
    if exchange.bucket.zone is not None:
        inventory.check_directory()
    if inventory.format != CSV and find_spec("pyarrow") is None:
        message = f"s3mock needs pyarrow for inventories as {inventory.format}: pip install s3mock[select]."
        raise S3Error("NotImplemented", additionalMessage=message)
    return listed.put(exchange, KIND, inventory)


@operation(
    "GetBucketInventoryConfiguration",
    action="s3:GetInventoryConfiguration",
    log="REST.GET.INVENTORY",
    directory="regional",
)
def get_inventory_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """A configuration of reports.

    S3 API: GetBucketInventoryConfiguration
    """
    return listed.get(exchange, request, KIND)


@operation(
    "DeleteBucketInventoryConfiguration",
    action="s3:PutInventoryConfiguration",
    log="REST.DELETE.INVENTORY",
    directory="regional",
)
def delete_inventory_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Delete a configuration of reports, and thereby all later reports.

    S3 API: DeleteBucketInventoryConfiguration
    """
    return listed.delete(exchange, request, KIND)


@operation(
    "ListBucketInventoryConfigurations",
    action="s3:GetInventoryConfiguration",
    log="REST.GET.INVENTORY",
    directory="regional",
)
def list_inventory_configurations(exchange: Exchange, request: Parameters) -> Parameters:
    """List the configurations of reports, 100 at a time.

    S3 API: ListBucketInventoryConfigurations
    """
    return listed.list_page(exchange, request, KIND)
