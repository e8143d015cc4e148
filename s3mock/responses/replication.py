"""Replication of a bucket: ?replication. What it does is in ``backend.replication``."""

from __future__ import annotations

from s3mock.backend import replication
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.replication import document as replication_document
from s3mock.responses.registry import Parameters, operation


@operation("GetBucketReplication", action="s3:GetReplicationConfiguration", log="REST.GET.REPLICATION")
def get_bucket_replication(exchange: Exchange, _request: Parameters) -> Parameters:
    """Return by which rules the bucket is replicated.

    S3 API: GetBucketReplication
    """
    configuration = exchange.bucket.configuration.replication
    if configuration is None:
        raise S3Error("ReplicationConfigurationNotFoundError", BucketName=exchange.bucket.name)
    return {"ReplicationConfiguration": configuration.document}


@operation("PutBucketReplication", action="s3:PutReplicationConfiguration", log="REST.PUT.REPLICATION")
def put_bucket_replication(exchange: Exchange, request: Parameters) -> Parameters:
    """Replicate what is put into the bucket from now on, by rules that replace those of before.

    Differs: the role is looked at for its form only: nobody asks what it may do, nor whether the destination's policy
    lets it, be it another account's. What is new is replicated before the
    next request is answered, unless the setting ``replication_time`` lets it take longer.

    S3 API: PutBucketReplication
    """
    document = request["ReplicationConfiguration"]
    replication_document.check_role(document["Role"])
    replication.check_source(exchange.bucket.state)
    wanted = replication_document.configuration(document, exchange.bucket.arn)
    replication.check_destinations(exchange.cloud, exchange.bucket, wanted)
    exchange.commit(lambda state: replication.configure(state, wanted))
    return {}


@operation("DeleteBucketReplication", action="s3:PutReplicationConfiguration", log="REST.DELETE.REPLICATION")
def delete_bucket_replication(exchange: Exchange, _request: Parameters) -> Parameters:
    """Replicate nothing new any more; it is no error if nothing was.

    S3 API: DeleteBucketReplication
    """
    exchange.configure(replication=None)
    return {}
