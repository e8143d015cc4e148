"""The attributes of moto's ``S3Backend`` and of its buckets, over our store."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from s3mock.for_moto.calls import Calls, errors_of_moto, refusal
from s3mock.models.account import account
from s3mock.models.acl import GROUPS

if TYPE_CHECKING:
    from types import ModuleType

    from s3mock.backend.bucket import Bucket
    from s3mock.models.acl import Grant

Tags = dict[str, str]


class Facade:
    """One ``S3Backend`` of moto, of an account in a partition: the methods that moto's services call.

    Their arguments and results are those of moto: a bucket is a ``FakeBucket`` and an object a ``FakeKey``, made from
    ours as it is at that moment. Their errors are moto's, too. They raise ``MissingKey`` even where moto returns None,
    since its services would fail on None, or take it for an empty object.
    """

    def __init__(self, backend: Any, models: ModuleType, calls: Calls) -> None:
        self.moto, self.models, self.calls = backend, models, calls
        self.account_id: str = backend.account_id
        self.partition: str = backend.partition

    def __getattr__(self, name: str) -> NoReturn:
        raise refusal(f"S3Backend.{name} of moto")

    def _client(self, bucket_name: str) -> Any:
        return self.calls.client_for(self.account_id, self.partition, bucket_name)

    # Buckets.

    @property
    def buckets(self) -> Buckets:
        """The account's buckets, by name."""
        return Buckets(self)

    def get_bucket(self, bucket_name: str) -> Any:
        """A bucket of any account, as moto allows. Raises MissingBucket."""
        if bucket_name in self.moto.table_buckets:
            return self.moto.table_buckets[bucket_name]
        bucket = self.calls.cloud.bucket(self.partition, bucket_name)
        if bucket is None:
            raise self.models.MissingBucket(bucket=bucket_name)
        return self.fake_bucket(bucket)

    head_bucket = get_bucket

    def list_buckets(
        self, prefix: str | None = None, bucket_region: str | None = None, max_buckets: str | None = None
    ) -> list[Any]:
        """The account's buckets with a prefix in a region."""
        buckets = [
            bucket
            for bucket in self.buckets.values()
            if bucket.name.startswith(prefix or "") and bucket_region in {None, "", bucket.region_name}
        ]
        return buckets[: int(max_buckets)] if max_buckets else buckets

    def create_bucket(self, bucket_name: str, region_name: str, bucket_namespace: str | None = None) -> Any:
        """Create a bucket."""
        more: dict[str, Any] = {} if bucket_namespace is None else {"BucketNamespace": bucket_namespace}
        if region_name != "us-east-1":
            more["CreateBucketConfiguration"] = {"LocationConstraint": region_name}
        with errors_of_moto(bucket=bucket_name):
            self.calls.client(self.account_id, region_name).create_bucket(Bucket=bucket_name, **more)
        return self.get_bucket(bucket_name)

    def delete_bucket(self, bucket_name: str) -> Any:
        """Delete a bucket. Raises an error where it is not empty; moto returns None."""
        bucket = self.get_bucket(bucket_name)
        with errors_of_moto(bucket=bucket_name):
            self._client(bucket_name).delete_bucket(Bucket=bucket_name)
        return bucket

    def fake_bucket(self, bucket: Bucket) -> Any:
        """A bucket as moto's object, with the settings that its services read."""
        fake = self.models.FakeBucket(bucket.name, bucket.account.id, bucket.region)
        self.models.s3_backends.bucket_accounts.pop(bucket.name, None)  # where moto keeps names of its own buckets
        _untrack(fake)
        configuration = bucket.configuration
        fake.creation_date = bucket.creation_date
        fake.keys = Keys(self, bucket.name)
        fake.versioning_status = configuration.versioning
        fake.payer = configuration.payer or "BucketOwner"
        fake.policy = None if configuration.policy is None else configuration.policy.text.encode()
        fake.rules = NotCarried("lifecycle rules") if configuration.lifecycle else []
        fake.notification_configuration = NotCarried("notifications") if configuration.notification else None
        fake.acl = self._acl(bucket)
        if configuration.logging is not None:
            logging = configuration.logging
            fake.logging = {"TargetBucket": logging.bucket, "TargetPrefix": logging.prefix}
        block = configuration.public_access_block
        if block is not None:
            fake.public_access_block = self.models.PublicAccessBlock(
                *(str(switch).lower() for switch in dataclasses.astuple(block))
            )
        return fake

    def _acl(self, bucket: Bucket) -> Any:
        models, granted = self.models, bucket.configuration.acl
        if granted is None:
            return models.get_canned_acl("private")
        return models.FakeAcl(
            [models.FakeGrant([_grantee(models, each)], [each.permission]) for each in granted.grants]
        )

    # Objects.

    def put_object(
        self,
        bucket_name: str,
        key_name: str,
        value: bytes | str,
        storage: str | None = None,
        encryption: str | None = None,
        kms_key_id: str | None = None,
        **more: Any,
    ) -> Any:
        """Put an object, whose events are delivered."""
        unknown = sorted(name for name, given in more.items() if given)
        if unknown:
            raise refusal(f"{', '.join(unknown)} of moto's put_object")
        members = {"StorageClass": storage, "ServerSideEncryption": encryption, "SSEKMSKeyId": kms_key_id}
        body = value.encode() if isinstance(value, str) else value
        with errors_of_moto(bucket=bucket_name, key=key_name):
            made = self._client(bucket_name).put_object(
                Bucket=bucket_name,
                Key=key_name,
                Body=body,
                **{name: given for name, given in members.items() if given is not None},
            )
        return self.get_object(bucket_name, key_name, made.get("VersionId"))

    def get_object(
        self, bucket_name: str, key_name: str, version_id: str | None = None, part_number: str | None = None
    ) -> Any:
        """An object with its bytes. Raises MissingBucket, MissingKey."""
        more: dict[str, Any] = {} if version_id is None else {"VersionId": version_id}
        if part_number is not None:
            more["PartNumber"] = int(part_number)
        with errors_of_moto(bucket=bucket_name, key=key_name):
            found = self._client(bucket_name).get_object(Bucket=bucket_name, Key=key_name, **more)
        fake = self.models.FakeKey(
            name=key_name,
            value=found["Body"].read(),
            account_id=self.account_id,
            region_name=self.moto.region_name,
            storage=found.get("StorageClass"),
            etag=found["ETag"].strip('"'),
            is_versioned="VersionId" in found,
            version_id=found.get("VersionId"),
            bucket_name=bucket_name,
            encryption=found.get("ServerSideEncryption"),
            kms_key_id=found.get("SSEKMSKeyId"),
        )
        fake.disposed = True  # otherwise moto warns that its buffer was never closed
        _untrack(fake)
        fake.last_modified = found["LastModified"].replace(tzinfo=None)  # as moto's are
        fake.set_metadata({"Content-Type": found["ContentType"]})
        fake.set_metadata({f"x-amz-meta-{name}": text for name, text in found["Metadata"].items()})
        return fake

    head_object = get_object

    def list_objects(
        self, bucket: Any, prefix: str | None, delimiter: str | None, marker: str | None, max_keys: int | None
    ) -> tuple[list[Any], list[str], bool, str | None]:
        """The objects of a bucket, all unless ``max_keys`` limits them, and the common prefixes."""
        pages = self._client(bucket.name).get_paginator("list_objects")
        wanted = {"Prefix": prefix, "Delimiter": delimiter, "Marker": marker}
        with errors_of_moto(bucket=bucket.name):
            listed = pages.paginate(
                Bucket=bucket.name,
                PaginationConfig={"MaxItems": max_keys},
                **{name: text for name, text in wanted.items() if text},
            ).build_full_result()
        keys = [self.get_object(bucket.name, each["Key"]) for each in listed.get("Contents", ())]
        folders = [each["Prefix"] for each in listed.get("CommonPrefixes", ())]
        return keys, folders, "NextToken" in listed, keys[-1].name if "NextToken" in listed and keys else None

    # Settings of buckets.

    def get_bucket_versioning(self, bucket_name: str) -> str | None:
        """The state of a bucket's versioning."""
        return self.get_bucket(bucket_name).versioning_status  # type: ignore[no-any-return]

    def put_bucket_versioning(self, bucket_name: str, status: str) -> None:
        """Set the state of a bucket's versioning."""
        self._call("put_bucket_versioning", bucket_name, VersioningConfiguration={"Status": status})

    def get_bucket_policy(self, bucket_name: str) -> bytes | None:
        """A bucket's policy, as JSON."""
        return self.get_bucket(bucket_name).policy  # type: ignore[no-any-return]

    def put_bucket_policy(self, bucket_name: str, policy: bytes) -> None:
        """Replace a bucket's policy."""
        self._call("put_bucket_policy", bucket_name, Policy=policy.decode())

    def delete_bucket_policy(self, bucket_name: str) -> None:
        """Delete a bucket's policy."""
        self._call("delete_bucket_policy", bucket_name)

    def get_bucket_tagging(self, bucket_name: str) -> dict[str, list[Tags]]:
        """A bucket's tags, as TagSet."""
        return {"Tags": [{"Key": key, "Value": value} for key, value in self.tags(bucket_name).items()]}

    def put_bucket_tagging(self, bucket_name: str, tags: Tags) -> None:
        """Replace a bucket's tags."""
        tag_set = [{"Key": key, "Value": value} for key, value in tags.items()]
        self._call("put_bucket_tagging", bucket_name, Tagging={"TagSet": tag_set})

    def delete_bucket_tagging(self, bucket_name: str) -> None:
        """Delete a bucket's tags."""
        self._call("delete_bucket_tagging", bucket_name)

    def tags(self, bucket_name: str) -> Tags:
        """A bucket's tags; none for a bucket that does not exist."""
        bucket = self.calls.cloud.bucket(self.partition, bucket_name)
        return {} if bucket is None else dict(bucket.configuration.tags)

    def _call(self, operation: str, bucket_name: str, **parameters: Any) -> None:
        with errors_of_moto(bucket=bucket_name):
            getattr(self._client(bucket_name), operation)(Bucket=bucket_name, **parameters)

    # The Resource Groups Tagging API, and tags by ARN.

    @property
    def tagger(self) -> Tagger:
        """The tags of buckets, by their ARNs."""
        return Tagger(self)

    def iter_tagged_resources(self) -> Iterator[Any]:
        """The account's buckets with their tags."""
        from moto.core.resource_tagging import TaggedResource  # noqa: PLC0415 - moto is loaded, since it has called

        for bucket in self.buckets.values():
            yield TaggedResource(arn=bucket.arn, tags=self.tags(bucket.name), resource_type="s3:bucket")

    def tag_resource(self, arn: str, tags: Tags) -> None:
        """Add tags to a bucket."""
        name = arn.rpartition(":")[2]
        self.put_bucket_tagging(name, self.tags(name) | tags)

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        """Remove tags of a bucket."""
        name = arn.rpartition(":")[2]
        self.put_bucket_tagging(name, {key: value for key, value in self.tags(name).items() if key not in tag_keys})


class Buckets(Mapping[str, Any]):
    """An account's buckets, in place of moto's dictionary of them."""

    def __init__(self, facade: Facade) -> None:
        self._facade = facade

    def _ours(self) -> Mapping[str, Bucket]:
        facade = self._facade
        owned = facade.calls.cloud.partition(facade.partition).owned_by(account(facade.account_id))
        return {bucket.name: bucket for bucket in owned}

    def __getitem__(self, name: str) -> Any:
        return self._facade.fake_bucket(self._ours()[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._ours())

    def __len__(self) -> int:
        return len(self._ours())


class Keys(Mapping[str, Any]):
    """A bucket's objects, in place of moto's store of them; CloudWatch reads their number and size."""

    def __init__(self, facade: Facade, bucket_name: str) -> None:
        self._facade, self._name = facade, bucket_name

    def _sizes(self) -> dict[str, int]:
        pages = self._facade._client(self._name).get_paginator("list_objects_v2").paginate(Bucket=self._name)  # noqa: SLF001
        with errors_of_moto(bucket=self._name):
            return {each["Key"]: each["Size"] for page in pages for each in page.get("Contents", ())}

    def __getitem__(self, key: str) -> Any:
        if key not in self._sizes():
            raise KeyError(key)
        return self._facade.get_object(self._name, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._sizes())

    def __len__(self) -> int:
        return len(self._sizes())

    def item_size(self) -> int:
        """The bytes of all objects."""
        return sum(self._sizes().values())


class Tagger:
    """The tags by ARN: those of buckets are ours, the others (of s3control's access points) remain moto's."""

    def __init__(self, facade: Facade) -> None:
        self._facade = facade

    def _name(self, arn: str) -> str | None:
        """The bucket's name; None for the ARN of something else."""
        head, _, name = arn.rpartition(":::")
        return name if head.endswith(":s3") and "/" not in name else None

    def _motos(self) -> Any:
        return vars(self._facade.moto)["tagger"]

    def get_tag_dict_for_resource(self, arn: str) -> Tags:
        """The tags, by key."""
        name = self._name(arn)
        return self._motos().get_tag_dict_for_resource(arn) if name is None else self._facade.tags(name)

    def list_tags_for_resource(self, arn: str) -> dict[str, list[Tags]]:
        """The tags, in a list."""
        name = self._name(arn)
        return self._motos().list_tags_for_resource(arn) if name is None else self._facade.get_bucket_tagging(name)

    def tag_resource(self, arn: str, tags: list[Tags]) -> None:
        """Add tags."""
        if self._name(arn) is None:
            self._motos().tag_resource(arn, tags)
        else:
            self._facade.tag_resource(arn, {tag["Key"]: tag["Value"] for tag in tags})

    def untag_resource_using_names(self, arn: str, tag_names: list[str]) -> None:
        """Remove tags."""
        if self._name(arn) is None:
            self._motos().untag_resource_using_names(arn, tag_names)
        else:
            self._facade.untag_resource(arn, tag_names)


class NotCarried:
    """A setting that our bucket has and moto's cannot represent. Reading it raises an error that says so."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __bool__(self) -> NoReturn:
        raise refusal(f"{self._what} of a bucket")


def _grantee(models: ModuleType, grant: Grant) -> Any:
    return models.FakeGrantee(**{"uri" if grant.grantee in GROUPS else "grantee_id": grant.grantee})


def _untrack(instance: Any) -> None:
    """Take an instance out of moto's list of all, which would keep its bytes until moto's next reset."""
    tracked = type(instance).instances_tracked
    if tracked and tracked[-1] is instance:
        tracked.pop()
