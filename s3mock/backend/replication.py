"""What replication does: it makes replicas of new versions, and follows the changes of their metadata.

A version that a rule is about is PENDING from the moment it exists (``backend.versions``), and its replication is put
on the agenda in the same moment. That work reads the version as it is then, gives each destination its replica, and
sets the version's replication status.

| what happens in the source        | what happens in the destination                                               |
|-----------------------------------|-------------------------------------------------------------------------------|
| a new version                     | a replica with its id, time, bytes, metadata, tags, ACL, lock and annotations |
| a delete marker, where enabled    | a delete marker with its id                                                   |
| tags, ACL, lock, annotations      | the same of the replica; without the replica it fails                         |
| change                            |                                                                               |
| a version is deleted              | nothing, ever                                                                 |

(User Guide, "What does Amazon S3 replicate?".) Replicas are not replicated on; with replica modification sync, changes
of their metadata go back. It fails where the destination is gone, is not versioned or, other than the source, has no
Object Lock, where the key is not there, and where the source's owner may not read the object (User Guide, "Amazon S3
replication failure reasons"); and where it blocks the encryption (API page BlockedEncryptionTypes). What has failed is
not tried again.
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
from s3mock.backend.clock import EPOCH
from s3mock.backend.notification.record import iso
from s3mock.errors import S3Error
from s3mock.models import acl
from s3mock.models.encryption import KMS, SSE_C, Encryption, Keyring
from s3mock.models.replication import is_modified
from s3mock.models.version import PENDING, REPLICA

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
"""Why replication fails; the second is assumed for the bucket of another account, and for blocked SSE-C."""

_KEY_ARN_PARTS = 6


def check_source(state: BucketState) -> None:
    """Refuse a bucket that keeps no versions. Raises InvalidRequest (the words: S3's in many public programs)."""
    if state.configuration.versioning != "Enabled":
        message = "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
        raise S3Error("InvalidRequest", message)


def check_destinations(cloud: Cloud, source: Bucket, wanted: Configuration) -> None:
    """Refuse destinations that are not there, keep no versions, or are another account's than said.

    Raises InvalidRequest (hashicorp/terraform-provider-aws issue 23578; the first message: a published case of a
    CloudTrail log) and InvalidArgument ("Error responses", List of replication-related error codes).
    """
    for rule in wanted.rules:
        destination = rule.destination
        bucket = cloud.bucket(source.partition, destination.bucket)
        if bucket is None:
            raise S3Error("InvalidRequest", "Destination bucket must exist.")
        if bucket.configuration.versioning != "Enabled":
            raise S3Error("InvalidRequest", "Destination bucket must have versioning enabled.")
        if destination.account not in (None, bucket.account.id):
            message = "The AWS account specified in the Account element must match the destination bucket owner."
            raise S3Error("InvalidArgument", message, ArgumentName="Account", ArgumentValue=destination.account)


def configure(state: BucketState, wanted: Configuration) -> Change:
    """Set a bucket's replication. Raises InvalidRequest."""
    check_source(state)
    return configured(state, replication=wanted)


def check_versioning(state: BucketState, status: str) -> None:
    """Refuse to suspend the versioning of a bucket that is replicated. Raises InvalidBucketState.

    The words are S3's, as public notes on Terraform have them.
    """
    if state.configuration.replication is not None and status != "Enabled":
        raise S3Error(
            "InvalidBucketState",
            "A replication configuration is present on this bucket, so you cannot change the versioning state. To "
            "change the versioning state, first delete the replication configuration.",
        )


class Task(NamedTuple):
    """The replication of one version to all its destinations, of the ``whole`` version or of its metadata only.

    ``begun`` is when it was planned, in seconds since 1970.
    """

    key: str
    version_id: str
    rules: tuple[Rule, ...]
    whole: bool
    begun: float

    @classmethod
    def of(cls, due: Due) -> Task:
        """The task that work of the agenda is to do."""
        return cls(*due.data)

    @property
    def timed(self) -> list[Rule]:
        """The rules with Replication Time Control."""
        return [rule for rule in self.rules if rule.destination.time_control]

    def pending(self, state: BucketState) -> Version | None:
        """The version as it is now; None if it is gone, or has been replicated since the task was planned."""
        version = versions.find(state, self.key, self.version_id)
        return version if version is not None and version.replication and version.replication.pending else None

    def event_data(self, source: Bucket, rule: Rule, reason: str | None = None) -> dict[str, dict[str, str]]:
        """What the record of an event of replication has besides; ``reason`` is that of a failure.

        (https://github.com/aws/aws-lambda-go/pull/612; that the operation is the same for metadata is assumed. It may
        also have a ``threshold`` and a ``replicationTime``: their contents are not known.)
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
        # What has not arrived yet may arrive with its change: the clock could run backwards in between.
        whole, rules = previous.replication == PENDING, configuration.rules_for_changes_of(previous)
    else:
        return store
    takes, begun = commit.settings.replication_time, commit.now
    when = begun + takes if takes else 0.0  # at once is at once, wherever the clock goes
    task = Task(version.key, version.version_id, rules, whole, begun)
    due = Due(when, "replicate", change.state.identity, version.key, task)
    if when > begun + THRESHOLD and task.timed:
        delayed = due._replace(when=begun + THRESHOLD, work="report replication delay")
        return store.with_work((delayed, due))
    return store.with_work((due,))


def replicate(cloud: Cloud, due: Due, cause: Cause) -> None:
    """Replicate the version as it is now, unless it is gone or has been replicated since the work was planned."""
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
            return Change(state)  # it has changed meanwhile, and that has work of its own
        ended = replace(present, replication=present.replication.ended(successful=not failed))
        return versions.swap(state, ended, event)._replace(event_data=data)

    source.commit(settle, cause)


def report_delay(cloud: Cloud, due: Due, cause: Cause) -> None:
    """Report that the version is not replicated yet: of delete markers nothing is promised (User Guide)."""
    source, task = Bucket.of(cloud, due), Task.of(due)

    def missed(state: BucketState) -> Change:
        present = task.pending(state)
        if present is None or present.delete_marker:
            return Change(state)
        return versions.swap(state, present, MISSED)._replace(event_data=task.event_data(source, task.timed[0]))

    source.commit(missed, cause)


def _replicate(source: Bucket, version: Version, rule: Rule, cause: Cause, *, whole: bool) -> None:
    """Bring the version, or its metadata, to one destination. Raises _ImpossibleError."""
    destination = rule.destination
    target = source.cloud.bucket(source.partition, destination.bucket)
    if target is None:
        raise _ImpossibleError(NOT_FOUND)
    if destination.account not in (None, target.account.id):
        raise _ImpossibleError(NOT_PERMITTED)
    try:
        if source.configuration.object_lock is not None and target.configuration.object_lock is None:
            raise _ImpossibleError("DstBucketObjectLockConfigMissing")
        if not _is_readable(source, version):
            raise _ImpossibleError("SrcGetObjectNotPermitted")
        try:
            replica = replica_of(version, rule, target)
        except S3Error:
            raise _ImpossibleError("DstKmsKeyNotFound") from None
        target.commit(partial(_receive, replica=replica, whole=whole, rule=rule), cause)
    except S3Error:  # the destination is deleted at this moment
        raise _ImpossibleError(NOT_FOUND) from None


class _ImpossibleError(Exception):
    """A destination cannot take a replica, for a reason of the User Guide's "Amazon S3 replication failure reasons"."""


def _is_readable(source: Bucket, version: Version) -> bool:
    """Whether the bucket's owner may read the object and its ACL, which another account may have put."""
    owner = source.account
    if version.acl is None or version.owner == owner or ownership_controls.sole_owner(source.state) is not None:
        return True
    granted = {grant.permission for grant in version.acl.grants if grant.grantee == owner.canonical_id}
    return "FULL_CONTROL" in granted or {"READ", "READ_ACP"} <= granted


def replica_of(version: Version, rule: Rule, target: Bucket) -> Version:
    """The replica of ``version`` in the bucket ``target``.

    Raises KMS.NotFoundException.
    """
    destination = rule.destination
    replica = replace(version, replication=REPLICA, restore=None, archive_status=None, last_access=None)
    if destination.owner_override:
        replica = replace(replica, owner=target.account)
        if version.acl is not None:  # and what is changed of it later is not replicated (User Guide)
            replica = replace(replica, acl=acl.private(target.account))
    if version.delete_marker:
        return replica
    storage_class = destination.storage_class or version.storage_class
    return replace(replica, storage_class=storage_class, encryption=_encryption(version.encryption, rule, target))


def _encryption(present: Encryption, rule: Rule, target: Bucket) -> Encryption:
    """The encryption of a replica: that of its source, whatever the destination's default, with a key from there.

    (User Guide, "Replicating encrypted objects".) A bucket key is used where the source or the destination uses one
    (assumed); its ETag stays that of the source (assumed). A key of the source that is not a multi-Region key cannot be
    found in another region.
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
    """Take a replica, or the metadata of one. Raises _ImpossibleError."""
    present = versions.find(state, replica.key, replica.version_id)
    if state.configuration.versioning != "Enabled":
        raise _ImpossibleError("DstBucketUnversioned")
    if present is None:
        if not whole:
            raise _ImpossibleError("DstVersionNotFound")
        if replica.encryption.customer_key_md5 and SSE_C in (state.configuration.blocked_encryption_types or ()):
            raise _ImpossibleError(NOT_PERMITTED)
        # People see a replica as a Put at their buckets, though no page says so; the other two are assumed.
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
        lock=replica.lock or present.lock,  # what the destination gave it by default stays
        annotations=replica.annotations,
    )
    if not is_modified(present, made):
        return Change(state, version=present)
    return versions.swap(state, made)  # whether S3 has an event for it is not known; that it has none is assumed
