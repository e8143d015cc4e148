"""Replication of a bucket: ?replication. What it does is in ``backend.replication``."""

from __future__ import annotations

from s3mock.backend import ids, replication
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.replication import document as replication_document
from s3mock.responses.registry import Parameters, operation


@operation("GetBucketReplication", action="s3:GetReplicationConfiguration", log="REST.GET.REPLICATION")
def get_bucket_replication(exchange: Exchange, _request: Parameters) -> Parameters:
    """The bucket's replication configuration.

    S3 API: GetBucketReplication
    """
    configuration = exchange.configuration.replication
    if configuration is None:
        raise S3Error("ReplicationConfigurationNotFoundError", BucketName=exchange.bucket.name)
    return {"ReplicationConfiguration": configuration.document}


@operation(
    "PutBucketReplication",
    action="s3:PutReplicationConfiguration",
    log="REST.PUT.REPLICATION",
    needs_digest=True,  # https://github.com/aws/aws-sdk-go/issues/612
)
def put_bucket_replication(exchange: Exchange, request: Parameters) -> Parameters:
    """Replace the bucket's replication configuration, which applies to what is put from now on.

    Differs: only the form of the role is checked; neither its permissions nor the destination's policy count, not even
    in another account. New objects are replicated before the next request is answered, unless the setting
    ``replication_time`` lets it take longer.

    S3 API: PutBucketReplication
    """
    document = request["ReplicationConfiguration"]
    replication_document.check_role(document["Role"])
    replication.check_source(exchange.bucket.state)
    configuration = replication_document.configuration(document, exchange.bucket.arn, ids.configuration_id)
    replication.check_destinations(exchange.cloud, exchange.bucket, configuration)
    exchange.commit(lambda state: replication.configure(state, configuration))
    return {}


@operation("DeleteBucketReplication", action="s3:PutReplicationConfiguration", log="REST.DELETE.REPLICATION")
def delete_bucket_replication(exchange: Exchange, _request: Parameters) -> Parameters:
    """Delete the bucket's replication configuration; it is no error if there is none.

    S3 API: DeleteBucketReplication
    """
    exchange.configure(replication=None)
    return {}
