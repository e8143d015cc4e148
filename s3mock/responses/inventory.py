"""S3 Inventory: ?inventory of buckets. What reports say, and when they come, is in ``backend.inventory``."""

from __future__ import annotations

from importlib.util import find_spec

from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.inventory import CSV, Inventory
from s3mock.responses import listed_configurations as listed
from s3mock.responses.registry import Parameters, operation

KIND = listed.Kind("inventory", "InventoryConfiguration", Inventory.of)


@operation(
    "PutBucketInventoryConfiguration",
    action="s3:PutInventoryConfiguration",
    log="REST.PUT.INVENTORY",
    directory="regional",
)
def put_inventory_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Add or replace a configuration of reports, which come to the destination bucket as the clock passes.

    S3 API: PutBucketInventoryConfiguration

    Differs: the destination bucket needs no policy that lets S3 write into it. ORC and Parquet need pyarrow; without it
    they are answered 501 NotImplemented.
    """
    wanted = Inventory.of(request[KIND.member])
    if exchange.bucket.zone is not None:
        wanted.check_directory()
    if wanted.format != CSV and find_spec("pyarrow") is None:
        said = f"s3mock needs pyarrow for inventories as {wanted.format}: pip install s3mock[select]."
        raise S3Error("NotImplemented", additionalMessage=said)
    listed.put(exchange, request, KIND)
    return {}


@operation(
    "GetBucketInventoryConfiguration",
    action="s3:GetInventoryConfiguration",
    log="REST.GET.INVENTORY",
    directory="regional",
)
def get_inventory_configuration(exchange: Exchange, request: Parameters) -> Parameters:
    """Return a configuration of reports.

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
    """Take a configuration of reports away: no more of them come.

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
