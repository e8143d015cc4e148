"""Replication: replicas of new versions, and of later changes of their metadata.

A version that matches a rule is PENDING from its creation (``backend.versions``), and the same change puts its
replication on the agenda. That work reads the version as it is then, puts a replica into each destination, and sets the
version's replication status.

| in the source                       | in the destination                                                            |
|-------------------------------------|-------------------------------------------------------------------------------|
| a new version                       | a replica with its id, time, bytes, metadata, tags, ACL, lock and annotations |
| a delete marker, where enabled      | a delete marker with its id                                                   |
| new tags, ACL, lock or annotations  | the same of the replica; without a replica this fails                         |
| a version is deleted                | nothing, ever                                                                 |

(User Guide, "What does Amazon S3 replicate?".) Replicas are not replicated further; with replica modification sync,
changes of their metadata are replicated back. Replication fails if the destination bucket does not exist, is not
versioned, or has no Object Lock while the source has; if the KMS key does not exist; and if the source's owner may not
read the object (User Guide, "Amazon S3 replication failure reasons"); also if the destination blocks the encryption
(API page BlockedEncryptionTypes). Failed replication is not tried again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from s3mock.backend import versions
from s3mock.backend.access import ownership_controls
from s3mock.backend.agenda import Due
from s3mock.backend.bucket import Bucket
from s3mock.backend.bucket_state import Change, configured
from s3mock.backend.notification.record import iso
from s3mock.clock import EPOCH
from s3mock.errors import S3Error
from s3mock.models import acl
from s3mock.models.encryption import KMS, SSE_C, Encryption, Keyring
from s3mock.models.version import PENDING, REPLICA, is_modified

if TYPE_CHECKING:
    from s3mock.backend.bucket_state import BucketState
    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.commit import Commit
    from s3mock.backend.store import Store
    from s3mock.models.replication import Configuration, Rule
    from s3mock.models.version import Version

FAILED = "Replication:OperationFailedReplication"
MISSED = "Replication:OperationMissedThreshold"
LATE = "Replication:OperationReplicatedAfterThreshold"
THRESHOLD = 15 * 60
"""Seconds until S3 Replication Time Control reports a delay."""

NOT_FOUND, NOT_PERMITTED = "DstBucketNotFound", "DstPutObjectNotPermitted"
"""Reasons of failures; the second is assumed for the bucket of another account, and for blocked SSE-C."""

_KEY_ARN_PARTS = 6


def check_source(state: BucketState) -> None:
    """Refuse a bucket without versioning. Raises InvalidRequest (the message: in many public programs)."""
    if state.configuration.versioning != "Enabled":
        message = "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
        raise S3Error("InvalidRequest", message)


def check_destinations(cloud: Cloud, source: Bucket, configuration: Configuration) -> None:
    """Refuse destinations that do not exist, are not versioned, or belong to another account than configured.

    Raises InvalidRequest (aws_recorded: test_replication_config_without_filter) and InvalidArgument ("Error responses",
    List of replication-related error codes).
    """
    for rule in configuration.rules:
        destination = rule.destination
        bucket = cloud.bucket(source.partition, destination.bucket)
        if bucket is None or bucket.configuration.versioning != "Enabled":
            raise S3Error("InvalidRequest", "Destination bucket must have versioning enabled.")
        if destination.account not in (None, bucket.account.id):
            message = "The AWS account specified in the Account element must match the destination bucket owner."
            raise S3Error("InvalidArgument", message, ArgumentName="Account", ArgumentValue=destination.account)


def configure(state: BucketState, configuration: Configuration) -> Change:
    """Set a bucket's replication. Raises InvalidRequest."""
    check_source(state)
    return configured(state, replication=configuration)


def check_versioning(state: BucketState, status: str) -> None:
    """Refuse to suspend the versioning of a bucket that is replicated. Raises InvalidBucketState.

    The message is from public notes on Terraform.
    """
    if state.configuration.replication is not None and status != "Enabled":
        raise S3Error(
            "InvalidBucketState",
            "A replication configuration is present on this bucket, so you cannot change the versioning state. To "
            "change the versioning state, first delete the replication configuration.",
        )


class Task(NamedTuple):
    """The replication of a version to all its destinations: of the ``whole`` version, or of its metadata only.

    ``begun`` is when this was planned, in seconds since 1970.
    """

    key: str
    version_id: str
    rules: tuple[Rule, ...]
    whole: bool
    begun: float

    @classmethod
    def of(cls, due: Due) -> Task:
        """The task of work on the agenda."""
        return cls(*due.data)

    @property
    def timed(self) -> list[Rule]:
        """The rules with Replication Time Control."""
        return [rule for rule in self.rules if rule.destination.time_control]

    def pending(self, state: BucketState) -> Version | None:
        """The version as it is now; None if it has been deleted, or replicated since the task was planned."""
        version = versions.find(state, self.key, self.version_id)
        return version if version is not None and version.replication and version.replication.pending else None

    def event_data(self, source: Bucket, rule: Rule, reason: str | None = None) -> dict[str, dict[str, str]]:
        """The members that only records of replication events have; ``reason`` is that of a failure.

        (https://github.com/aws/aws-lambda-go/pull/612; that the operation is the same for metadata is assumed. S3's
        records may also have a ``threshold`` and a ``replicationTime``, whose contents are unknown.)
        """
        data = {
            "replicationRuleId": rule.id,
            "destinationBucket": f"arn:{source.partition}:s3:::{rule.destination.bucket}",
            "s3Operation": "OBJECT_PUT",
            "requestTime": iso(EPOCH + timedelta(seconds=self.begun)),
        }
        return {"replicationEventData": data if reason is None else {**data, "failureReason": reason}}


def plan(store: Store, commit: Commit) -> Store:
    """Put the replication of a new or changed version on the agenda, where it is PENDING."""
    change = commit.change
    version, previous = change.version, change.previous
    configuration = change.state.configuration.replication
    if configuration is None or version is None or version.replication is None or not version.replication.pending:
        return store
    if previous is None or previous.version_id != version.version_id:
        whole, rules = True, configuration.rules_for(version)
    elif is_modified(previous, version):
        # A version that is not replicated yet is replicated as a whole: the clock may run backwards in between.
        whole, rules = previous.replication == PENDING, configuration.rules_for_changes_of(previous)
    else:
        return store
    takes, begun = commit.settings.replication_time, commit.now
    when = begun + takes if takes else 0.0  # at once, even if the clock is moved back
    task = Task(version.key, version.version_id, rules, whole, begun)
    due = Due(when, "replicate", change.state.identity, version.key, task)
    if when > begun + THRESHOLD and task.timed:
        delayed = due._replace(when=begun + THRESHOLD, work="report replication delay")
        return store.with_work((delayed, due))
    return store.with_work((due,))


def replicate(cloud: Cloud, due: Due, cause: Cause) -> None:
    """Replicate the version as it is now, unless it was deleted or replicated since the work was planned."""
    source, task = Bucket.of(cloud, due), Task.of(due)
    version = task.pending(source.state)
    if version is None:
        return
    failed = []
    for rule in task.rules:
        try:
            _replicate(source, version, rule, cause, whole=task.whole)
        except _ImpossibleError as impossible:  # noqa: PERF203 - the others are tried nevertheless
            failed.append((rule, str(impossible)))
    measured = [(rule, reason) for rule, reason in failed if rule.destination.metrics]
    event, data = None, {}
    if measured:
        event, data = FAILED, task.event_data(source, *measured[0])
    elif task.timed and not failed and due.when > task.begun + THRESHOLD and not version.delete_marker:
        event, data = LATE, task.event_data(source, task.timed[0])

    def settle(state: BucketState) -> Change:
        present = task.pending(state)
        if present is None or present.replication is None or is_modified(version, present):
            return Change(state)  # changed meanwhile, which put work of its own on the agenda
        ended = replace(present, replication=present.replication.ended(successful=not failed))
        return versions.swap(state, ended, event)._replace(event_data=data)

    source.commit(settle, cause)


def report_delay(cloud: Cloud, due: Due, cause: Cause) -> None:
    """Report that a version is not replicated yet; the threshold does not apply to delete markers (User Guide)."""
    source, task = Bucket.of(cloud, due), Task.of(due)

    def missed(state: BucketState) -> Change:
        present = task.pending(state)
        if present is None or present.delete_marker:
            return Change(state)
        return versions.swap(state, present, MISSED)._replace(event_data=task.event_data(source, task.timed[0]))

    source.commit(missed, cause)


def _replicate(source: Bucket, version: Version, rule: Rule, cause: Cause, *, whole: bool) -> None:
    """Replicate the version, or its metadata, to one destination. Raises _ImpossibleError."""
    destination = rule.destination
    target = source.cloud.bucket(source.partition, destination.bucket)
    if target is None:
        raise _ImpossibleError(NOT_FOUND)
    if destination.account not in (None, target.account.id):
        raise _ImpossibleError(NOT_PERMITTED)
    try:
        if source.configuration.object_lock is not None and target.configuration.object_lock is None:
            raise _ImpossibleError("DstBucketObjectLockConfigMissing")
        owner = source.account
        sole_owner = ownership_controls.sole_owner(source.state)
        if version.acl is not None and version.owner != owner and sole_owner is None:
            # Another account put the object: the bucket's owner has to be able to read it and its ACL.
            granted = {grant.permission for grant in version.acl.grants if grant.grantee == owner.canonical_id}
            if "FULL_CONTROL" not in granted and not {"READ", "READ_ACP"} <= granted:
                raise _ImpossibleError("SrcGetObjectNotPermitted")
        try:
            replica = replica_of(version, rule, target)
        except S3Error:
            raise _ImpossibleError("DstKmsKeyNotFound") from None
        target.commit(partial(_receive, replica=replica, whole=whole, rule=rule), cause)
    except S3Error:  # the destination was deleted meanwhile
        raise _ImpossibleError(NOT_FOUND) from None


class _ImpossibleError(Exception):
    """A version cannot be replicated, for one of the User Guide's "Amazon S3 replication failure reasons"."""


def replica_of(version: Version, rule: Rule, target: Bucket) -> Version:
    """The replica of ``version`` in the bucket ``target``.

    Raises KMS.NotFoundException.
    """
    destination = rule.destination
    replica = replace(version, replication=REPLICA, restore=None, archive_status=None, last_access=None)
    if destination.owner_override:
        replica = replace(replica, owner=target.account)
        if version.acl is not None:  # later changes of which are not replicated (User Guide)
            replica = replace(replica, acl=acl.private(target.account))
    if version.delete_marker:
        return replica
    storage_class = destination.storage_class or version.storage_class
    return replace(replica, storage_class=storage_class, encryption=_encryption(version.encryption, rule, target))


def _encryption(present: Encryption, rule: Rule, target: Bucket) -> Encryption:
    """The encryption of a replica: that of its source rather than the destination's default, with the rule's KMS key.

    (User Guide, "Replicating encrypted objects".) A bucket key is used where the source or the destination uses one
    (assumed); the replica keeps the ETag of the source (assumed). A KMS key of the source that is not a multi-Region
    key does not exist in another region.
    """
    if present.key_arn is None:
        return present
    key_arn = rule.destination.key_arn
    if rule.destination.source_key:
        parts = present.key_arn.split(":", _KEY_ARN_PARTS - 1)
        if parts[3] != target.region and not parts[-1].startswith("key/mrk-"):
            raise S3Error("KMS.NotFoundException", f"Key '{present.key_arn}' does not exist")
        key_arn = ":".join((*parts[:3], target.region, *parts[4:]))
    arn = Keyring(target.partition, target.region, target.account.id).arn(key_arn)
    default = target.configuration.encryption
    bucket_key = present.bucket_key or (default is not None and default.bucket_key)
    return replace(present, key_arn=arn, bucket_key=bucket_key and present.algorithm == KMS)


def _receive(state: BucketState, *, replica: Version, whole: bool, rule: Rule) -> Change:
    """Put a replica into its destination, or change its metadata. Raises _ImpossibleError."""
    present = versions.find(state, replica.key, replica.version_id)
    if state.configuration.versioning != "Enabled":
        raise _ImpossibleError("DstBucketUnversioned")
    if present is None:
        if not whole:
            raise _ImpossibleError("DstVersionNotFound")
        if replica.encryption.customer_key_md5 and SSE_C in (state.configuration.blocked_encryption_types or ()):
            raise _ImpossibleError(NOT_PERMITTED)
        # Users report ObjectCreated:Put for replicas, though no page has it; the other two are assumed.
        if replica.delete_marker:
            event = "ObjectRemoved:DeleteMarkerCreated"
        else:
            event = "ObjectCreated:CompleteMultipartUpload" if replica.parts else "ObjectCreated:Put"
        return versions.insert(state, replica, event)
    follows = replica.owner == present.owner and not rule.destination.owner_override
    made = replace(
        present,
        tags=replica.tags,
        acl=replica.acl if follows else present.acl,
        lock=replica.lock or present.lock,  # the destination's default retention stays
        annotations=replica.annotations,
    )
    if not is_modified(present, made):
        return Change(state, version=present)
    return versions.swap(state, made)  # that S3 has no event for this is assumed
