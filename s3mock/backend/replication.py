"""What replication does: it makes replicas of new versions, and follows the changes of their metadata.

A version that a rule is about is PENDING from the moment it exists (``backend.versions``). A listener hears of it and
puts the work down in the agenda; the work reads the version as it is then, gives each destination its replica, and says
what became of it. No two buckets are locked at once.

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

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.backend.access import ownership_controls
from s3mock.backend.bucket import Change, configured
from s3mock.backend.clock import EPOCH
from s3mock.backend.notification.record import iso
from s3mock.errors import S3Error
from s3mock.models import acl
from s3mock.models.encryption import KMS, SSE_C, Encryption, Keyring
from s3mock.models.replication import is_modified
from s3mock.models.version import PENDING, REPLICA

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket, BucketState
    from s3mock.backend.cloud import Cloud
    from s3mock.models.replication import Configuration, Rule
    from s3mock.models.version import Version

FAILED = "Replication:OperationFailedReplication"
MISSED = "Replication:OperationMissedThreshold"
LATE = "Replication:OperationReplicatedAfterThreshold"
THRESHOLD = 15 * 60
"""Seconds until S3 Replication Time Control tells of a delay."""

NOT_FOUND, NOT_PERMITTED = "DstBucketNotFound", "DstPutObjectNotPermitted"
"""Why replication fails; that the second is said of another account's bucket, and of blocked SSE-C, is assumed."""

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
        bucket = cloud.partition(source.partition).get(destination.bucket)
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


def begin(cloud: Cloud) -> None:
    """Let replication hear of changes from now on; until a bucket asks for it, nobody pays for it."""
    if not any(isinstance(listener, Replicator) for listener in cloud.listeners):
        cloud.listeners.append(Replicator(cloud))


class Replicator:
    """The listener: it puts the replication of what is PENDING down in the agenda, and does it when it is due."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def __call__(self, bucket: Bucket, change: Change) -> None:
        """Plan the replication of a new or changed version."""
        version, previous = change.version, change.previous
        configuration = change.state.configuration.replication
        if configuration is None or version is None or version.replication is None or not version.replication.pending:
            return
        if previous is None or previous.version_id != version.version_id:
            whole, rules = True, configuration.rules_for(version)
        elif is_modified(previous, version):
            # What has not arrived yet may arrive with its change: the clock could run backwards in between.
            whole, rules = previous.replication == PENDING, configuration.rules_for_changes_of(previous)
        else:
            return
        takes, begun = self.cloud.settings.replication_time, self.cloud.clock.timestamp()
        due = begun + takes if takes else 0.0  # at once is at once, wherever the clock goes
        work = _Work(self.cloud, bucket, version.key, version.version_id, rules, whole=whole, begun=begun)
        if due > begun + THRESHOLD and work.timed:
            self.cloud.agenda.at(begun + THRESHOLD, work.tell_delay)
        self.cloud.agenda.at(due, work)


class _Work:
    """The replication of one version to all its destinations, of the ``whole`` version or of its metadata only."""

    __slots__ = ("begun", "bucket", "cloud", "key", "rules", "timed", "version_id", "whole")

    def __init__(
        self,
        cloud: Cloud,
        bucket: Bucket,
        key: str,
        version_id: str,
        rules: tuple[Rule, ...],
        *,
        whole: bool,
        begun: float,
    ) -> None:
        self.cloud, self.bucket, self.key, self.version_id = cloud, bucket, key, version_id
        self.rules, self.whole, self.begun = rules, whole, begun
        self.timed = [rule for rule in rules if rule.destination.time_control]

    def __call__(self, when: float) -> None:
        """Replicate the version as it is now, unless it is gone or has been replicated since the work was planned."""
        version = self._pending(self.bucket.state)
        if version is None:
            return
        failed = [(rule, reason) for rule in self.rules if (reason := self._failure(version, rule)) is not None]
        measured = [(rule, reason) for rule, reason in failed if rule.destination.metrics]
        event, told = None, {}
        if measured:
            event, told = FAILED, self._told(*measured[0])
        elif self.timed and not failed and when > self.begun + THRESHOLD and not version.delete_marker:
            event, told = LATE, self._told(self.timed[0])

        def settle(state: BucketState) -> Change:
            present = self._pending(state)
            if present is None or present.replication is None or is_modified(version, present):
                return Change(state)  # it has changed meanwhile, and that has work of its own
            ended = replace(present, replication=present.replication.ended(successful=not failed))
            return versions.swap(state, ended, event)._replace(event_data=told)

        with suppress(S3Error):  # NoSuchBucket: deleted meanwhile
            self.bucket.commit(settle)

    def tell_delay(self, _when: float) -> None:
        """Tell that the version is not replicated yet: of delete markers nothing is promised (User Guide)."""

        def missed(state: BucketState) -> Change:
            present = self._pending(state)
            if present is None or present.delete_marker:
                return Change(state)
            return versions.swap(state, present, MISSED)._replace(event_data=self._told(self.timed[0]))

        with suppress(S3Error):
            self.bucket.commit(missed)

    def _pending(self, state: BucketState) -> Version | None:
        version = versions.find(state, self.key, self.version_id)
        return version if version is not None and version.replication and version.replication.pending else None

    def _told(self, rule: Rule, reason: str | None = None) -> dict[str, dict[str, str]]:
        """Return what the record of an event has of its own.

        (https://github.com/aws/aws-lambda-go/pull/612; that the operation is the same for metadata is assumed. It may
        also have a ``threshold`` and a ``replicationTime``: what they say is not known.)
        """
        told = {
            "replicationRuleId": rule.id,
            "destinationBucket": f"arn:{self.bucket.partition}:s3:::{rule.destination.bucket}",
            "s3Operation": "OBJECT_PUT",
            "requestTime": iso(EPOCH + timedelta(seconds=self.begun)),
        }
        return {"replicationEventData": told if reason is None else {**told, "failureReason": reason}}

    def _failure(self, version: Version, rule: Rule) -> str | None:
        """Bring the version to one destination; return why that was impossible, None if it was not."""
        try:
            self._replicate(version, rule)
        except _ImpossibleError as impossible:
            return str(impossible)
        return None

    def _replicate(self, version: Version, rule: Rule) -> None:
        """Bring the version, or its metadata, to one destination. Raises _ImpossibleError."""
        source, destination = self.bucket, rule.destination
        target = self.cloud.partition(source.partition).get(destination.bucket)
        if target is None:
            raise _ImpossibleError(NOT_FOUND)
        if destination.account not in (None, target.account.id):
            raise _ImpossibleError(NOT_PERMITTED)
        if source.state.configuration.object_lock is not None and target.state.configuration.object_lock is None:
            raise _ImpossibleError("DstBucketObjectLockConfigMissing")
        if not _is_readable(source, version):
            raise _ImpossibleError("SrcGetObjectNotPermitted")
        try:
            replica = replica_of(version, rule, target)
        except S3Error:
            raise _ImpossibleError("DstKmsKeyNotFound") from None
        try:
            target.commit(partial(_receive, replica=replica, whole=self.whole, rule=rule))
        except S3Error:  # the destination is deleted at this moment
            raise _ImpossibleError(NOT_FOUND) from None


class _ImpossibleError(Exception):
    """A destination cannot take a replica: why, as the User Guide's "Amazon S3 replication failure reasons" has it."""


def _is_readable(source: Bucket, version: Version) -> bool:
    """Tell whether the bucket's owner may read the object and its list: others' objects may be closed to it."""
    owner = source.account
    if version.acl is None or version.owner == owner or ownership_controls.sole_owner(source) is not None:
        return True
    granted = {grant.permission for grant in version.acl.grants if grant.grantee == owner.canonical_id}
    return "FULL_CONTROL" in granted or {"READ", "READ_ACP"} <= granted


def replica_of(version: Version, rule: Rule, target: Bucket) -> Version:
    """Return what ``version`` becomes in the bucket ``target``.

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
    """Return how a replica is encrypted: as its source is, whatever the destination's default, with a key from there.

    (User Guide, "Replicating encrypted objects".) A bucket key is used where the source or the destination uses one
    (assumed); its ETag stays that of the source (assumed). A key of the source's that is no multi-Region key is not to
    be found in another region.
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
        # That a replica is a Put is what people see at their buckets, no page tells it; the other two are assumed.
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
    return versions.swap(state, made)  # whether S3 tells of it is not known; that it does not is assumed
