"""A bucket's settings: one immutable value with a field for each topic."""

from __future__ import annotations

from dataclasses import field, fields
from typing import TYPE_CHECKING, Any, Literal, TypedDict, cast

from s3mock.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from s3mock.models import metadata, object_lock, replication
    from s3mock.models.acl import Acl
    from s3mock.models.analytics import Analytics
    from s3mock.models.cors import CorsRule
    from s3mock.models.encryption import BucketEncryption
    from s3mock.models.intelligent_tiering import IntelligentTiering
    from s3mock.models.inventory import Inventory
    from s3mock.models.lifecycle import Lifecycle
    from s3mock.models.listed_configuration import ListedConfiguration
    from s3mock.models.logging import Logging
    from s3mock.models.metrics import Metrics
    from s3mock.models.notification import Notification
    from s3mock.models.policy import Policy
    from s3mock.models.public_access_block import PublicAccessBlock
    from s3mock.models.tagging import TagSet
    from s3mock.models.website import Website

    Status: TypeAlias = Literal["Enabled", "Suspended"]
    Switch: TypeAlias = Literal["Enabled", "Disabled"]
    ListedTopic: TypeAlias = Literal["analytics", "intelligent_tiering", "inventory", "metrics"]


OF_EVERY_BUCKET = frozenset({"acl", "followed", "location_constraint", "ownership", "versioning"})
"""The fields that every bucket has, or that say more of a bucket than that something is configured."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """A bucket's settings. None, or an empty tuple or mapping, where a topic was never set or was deleted.

    ``location_constraint`` is as CreateBucket sent it ("EU" stays "EU"); ``payer`` is "Requester" where requesters pay;
    ``directory_key`` the KMS key that a directory bucket keeps for its lifetime. ``analytics``,
    ``intelligent_tiering``, ``inventory`` and ``metrics`` have the configurations of their kind by id. ``followed`` is
    whether changes of objects can have effects (events, replicas, lifecycle actions ...).
    """

    abac: Switch | None = None
    accelerate: Status | None = None
    acl: Acl | None = None
    analytics: Mapping[str, Analytics] = field(default_factory=dict)
    blocked_encryption_types: tuple[str, ...] | None = None
    cors: tuple[CorsRule, ...] | None = None
    directory_key: str | None = None
    encryption: BucketEncryption | None = None
    intelligent_tiering: Mapping[str, IntelligentTiering] = field(default_factory=dict)
    inventory: Mapping[str, Inventory] = field(default_factory=dict)
    lifecycle: Lifecycle | None = None
    location_constraint: str | None = None
    logging: Logging | None = None
    metadata: metadata.Metadata | metadata.MetadataTable | None = None
    metrics: Mapping[str, Metrics] = field(default_factory=dict)
    mfa_delete: Switch | None = None
    notification: Notification | None = None
    object_lock: object_lock.Configuration | None = None
    ownership: str | None = None
    payer: str | None = None
    policy: Policy | None = None
    public_access_block: PublicAccessBlock | None = None
    replication: replication.Configuration | None = None
    tags: TagSet = ()
    versioning: Status | None = None
    website: Website | None = None
    followed: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        following = (self.lifecycle, self.logging, self.notification, self.replication)
        object.__setattr__(self, "followed", following != (None, None, None, None))

    def configured(self) -> dict[str, Any]:
        """What is configured, by topic, without the topics that every bucket has."""
        values = {row.name: getattr(self, row.name) for row in fields(self) if row.name not in OF_EVERY_BUCKET}
        return {topic: value for topic, value in values.items() if value not in (None, (), {})}

    def listed(self, topic: ListedTopic) -> Mapping[str, ListedConfiguration]:
        """The configurations of one kind, by id."""
        return cast("Mapping[str, ListedConfiguration]", getattr(self, topic))


class Topics(TypedDict, total=False):
    """Fields of a ``Configuration`` to set. With this type, mypy refuses a topic that does not exist."""

    abac: Switch | None
    accelerate: Status | None
    acl: Acl | None
    analytics: Mapping[str, Analytics]
    blocked_encryption_types: tuple[str, ...] | None
    cors: tuple[CorsRule, ...] | None
    directory_key: str | None
    encryption: BucketEncryption | None
    intelligent_tiering: Mapping[str, IntelligentTiering]
    inventory: Mapping[str, Inventory]
    lifecycle: Lifecycle | None
    location_constraint: str | None
    logging: Logging | None
    metadata: metadata.Metadata | metadata.MetadataTable | None
    metrics: Mapping[str, Metrics]
    mfa_delete: Switch | None
    notification: Notification | None
    object_lock: object_lock.Configuration | None
    ownership: str | None
    payer: str | None
    policy: Policy | None
    public_access_block: PublicAccessBlock | None
    replication: replication.Configuration | None
    tags: TagSet
    versioning: Status | None
    website: Website | None
