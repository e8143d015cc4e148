"""AWS::S3::Bucket and AWS::S3::BucketPolicy of moto's CloudFormation, in our store.

moto itself gives a bucket its encryption and tags, ignores its other properties, and skips bucket policies. Here each
property becomes a call of S3, or raises an error that says that it cannot be carried over.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from s3mock.for_moto.calls import Calls, errors_of_moto, refusal
from s3mock.models.regions import partition_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from s3mock.process.patches import Function, Patches

Properties = dict[str, Any]

POLICY = "AWS::S3::BucketPolicy"


def _renamed(value: Mapping[str, Any], names: Mapping[str, str]) -> Properties:
    """A mapping with some of its members under S3's names."""
    return {names.get(name, name): each for name, each in value.items()}


def _encryption(value: Properties) -> Properties:
    names = {"ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"}
    rules = [_renamed(rule, names) for rule in value["ServerSideEncryptionConfiguration"]]
    return {"ServerSideEncryptionConfiguration": {"Rules": rules}}


def _cors(value: Properties) -> Properties:
    names = {"Id": "ID", "ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
    return {"CORSConfiguration": {"CORSRules": [_renamed(rule, names) for rule in value["CorsRules"]]}}


def _logging(value: Properties) -> Properties:
    return {
        "BucketLoggingStatus": {
            "LoggingEnabled": {
                "TargetBucket": value["DestinationBucketName"],
                "TargetPrefix": value.get("LogFilePrefix", ""),
            }
        }
    }


def _website(value: Properties) -> Properties:
    website: Properties = {}
    if "IndexDocument" in value:
        website["IndexDocument"] = {"Suffix": value["IndexDocument"]}
    if "ErrorDocument" in value:
        website["ErrorDocument"] = {"Key": value["ErrorDocument"]}
    if "RedirectAllRequestsTo" in value:
        website["RedirectAllRequestsTo"] = value["RedirectAllRequestsTo"]
    if "RoutingRules" in value:
        names = {"RedirectRule": "Redirect", "RoutingRuleCondition": "Condition"}
        website["RoutingRules"] = [_renamed(rule, names) for rule in value["RoutingRules"]]
    return {"WebsiteConfiguration": website}


def _notification(value: Properties) -> Properties:
    kinds = {"Lambda": ("LambdaFunction", "Function"), "Queue": ("Queue", "Queue"), "Topic": ("Topic", "Topic")}
    document: Properties = {}
    for kind, (configuration, target) in kinds.items():
        for each in value.get(f"{kind}Configurations", ()):
            entry: Properties = {f"{configuration}Arn": each[target], "Events": [each["Event"]]}
            if "Filter" in each:
                entry["Filter"] = {"Key": {"FilterRules": each["Filter"]["S3Key"]["Rules"]}}
            document.setdefault(f"{configuration}Configurations", []).append(entry)
    if value.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled", "EventBridgeConfiguration" in value):
        document["EventBridgeConfiguration"] = {}
    return {"NotificationConfiguration": document}


_EXPIRATION = {"ExpirationInDays": "Days", "ExpirationDate": "Date", "ExpiredObjectDeleteMarker": None}
_TRANSITION = {"TransitionInDays": "Days", "TransitionDate": "Date"}
_NONCURRENT_TRANSITION = {"TransitionInDays": "NoncurrentDays"}
_FILTERS = {
    "Prefix": "Prefix",
    "ObjectSizeGreaterThan": "ObjectSizeGreaterThan",
    "ObjectSizeLessThan": "ObjectSizeLessThan",
    "TagFilters": "Tags",
}


def _lifecycle(value: Properties) -> Properties:
    return {"LifecycleConfiguration": {"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]}}


def _lifecycle_rule(written: Properties) -> Properties:
    rule = {"ID": written["Id"]} if "Id" in written else {}
    rule["Status"] = written["Status"]
    rule["Filter"] = _lifecycle_filter({ours: written[name] for name, ours in _FILTERS.items() if name in written})
    expiration = {ours or name: written[name] for name, ours in _EXPIRATION.items() if name in written}
    transitions = [*written.get("Transitions", ()), *filter(None, [written.get("Transition")])]
    noncurrent = [
        *written.get("NoncurrentVersionTransitions", ()),
        *filter(None, [written.get("NoncurrentVersionTransition")]),
    ]
    if expiration:
        rule["Expiration"] = expiration
    if transitions:
        rule["Transitions"] = [_renamed(each, _TRANSITION) for each in transitions]
    if noncurrent:
        rule["NoncurrentVersionTransitions"] = [_renamed(each, _NONCURRENT_TRANSITION) for each in noncurrent]
    if "NoncurrentVersionExpirationInDays" in written:
        rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": written["NoncurrentVersionExpirationInDays"]}
    for name in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        if name in written:
            rule[name] = written[name]
    return rule


def _lifecycle_filter(conditions: Properties) -> Properties:
    """A rule's Filter, which puts several conditions in an And."""
    if len(conditions) > 1 or len(conditions.get("Tags", ())) > 1:
        return {"And": conditions}
    if "Tags" in conditions:
        return {"Tag": conditions["Tags"][0]}
    return conditions or {"Prefix": ""}


def _canned_acl(name: str) -> Properties:
    """The ACL in S3's spelling: public-read for PublicRead."""
    return {"ACL": "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")}


PROPERTIES: Mapping[str, tuple[str, Callable[[Any], Properties]]] = {
    # They are set in this order: S3 refuses an ACL, for example, before the ownership controls allow it.
    "VersioningConfiguration": ("put_bucket_versioning", lambda value: {"VersioningConfiguration": value}),
    "OwnershipControls": ("put_bucket_ownership_controls", lambda value: {"OwnershipControls": value}),
    "PublicAccessBlockConfiguration": (
        "put_public_access_block",
        lambda value: {"PublicAccessBlockConfiguration": value},
    ),
    "AccessControl": ("put_bucket_acl", _canned_acl),
    "AccelerateConfiguration": (
        "put_bucket_accelerate_configuration",
        lambda value: {"AccelerateConfiguration": {"Status": value["AccelerationStatus"]}},
    ),
    "BucketEncryption": ("put_bucket_encryption", _encryption),
    "CorsConfiguration": ("put_bucket_cors", _cors),
    "LifecycleConfiguration": ("put_bucket_lifecycle_configuration", _lifecycle),
    "LoggingConfiguration": ("put_bucket_logging", _logging),
    "NotificationConfiguration": ("put_bucket_notification_configuration", _notification),
    "ObjectLockConfiguration": (
        "put_object_lock_configuration",
        lambda value: {"ObjectLockConfiguration": value},
    ),
    "Tags": ("put_bucket_tagging", lambda value: {"Tagging": {"TagSet": value}}),
    "WebsiteConfiguration": ("put_bucket_website", _website),
}
"""The properties that are carried over, each with the call that sets it and a function that makes its parameters."""

WITH_THE_BUCKET = frozenset({"BucketName", "ObjectLockEnabled"})
"""The properties that CreateBucket takes."""


def install_buckets(patches: Patches, models: ModuleType, calls: Calls) -> None:
    """Make the buckets of templates in our store."""

    def create(original: Function, *args: Any, **kwargs: Any) -> Any:
        return original(*args, **kwargs) if not calls.active else _create(calls, models, *args, **kwargs)

    def update(original: Function, *args: Any, **kwargs: Any) -> Any:
        return original(*args, **kwargs) if not calls.active else _update(calls, models, *args, **kwargs)

    patches.replace(models.FakeBucket, "create_from_cloudformation_json", create)
    patches.replace(models.FakeBucket, "update_from_cloudformation_json", update)


def _create(
    calls: Calls,
    models: ModuleType,
    resource_name: str,
    cloudformation_json: Properties,
    account_id: str,
    region_name: str,
    **_kwargs: Any,
) -> Any:
    """Create a bucket, or nothing if one of its properties is refused."""
    properties = cloudformation_json.get("Properties", {})
    _check(properties)
    more: Properties = {}
    if str(properties.get("ObjectLockEnabled", False)).lower() == "true":
        more["ObjectLockEnabledForBucket"] = True
    if region_name != "us-east-1":
        more["CreateBucketConfiguration"] = {"LocationConstraint": region_name}
    client = calls.client(account_id, region_name)
    with errors_of_moto(bucket=resource_name):
        client.create_bucket(Bucket=resource_name, **more)
        try:
            _configure(client, resource_name, properties)
        except BaseException:
            client.delete_bucket(Bucket=resource_name)
            raise
    return models.s3_backends[account_id][partition_of(region_name)].get_bucket(resource_name)


def _update(
    calls: Calls,
    models: ModuleType,
    original_resource: Any,
    new_resource_name: str,  # noqa: ARG001 - moto's signature
    cloudformation_json: Properties,
    account_id: str,
    region_name: str,
) -> Any:
    """Set a bucket's properties, or replace the bucket if its name changes. Removed properties stay as they were."""
    properties = cloudformation_json.get("Properties", {})
    name = original_resource.name
    if properties.get("BucketName", name) != name:
        made = _create(calls, models, properties["BucketName"], cloudformation_json, account_id, region_name)
        with errors_of_moto(bucket=name):
            calls.client(account_id, region_name).delete_bucket(Bucket=name)
        return made
    _check(properties)
    with errors_of_moto(bucket=name):
        _configure(calls.client(account_id, region_name), name, properties)
    return models.s3_backends[account_id][partition_of(region_name)].get_bucket(name)


def _check(properties: Properties) -> None:
    unknown = sorted(properties.keys() - PROPERTIES.keys() - WITH_THE_BUCKET)
    if unknown:
        raise refusal(f"{', '.join(unknown)} of AWS::S3::Bucket")


def _configure(client: Any, bucket_name: str, properties: Properties) -> None:
    for name, (operation, parameters) in PROPERTIES.items():
        if name in properties:
            shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation]).input_shape
            getattr(client, operation)(Bucket=bucket_name, **_typed(shape, parameters(properties[name])))


def _typed(shape: Any, value: Any) -> Any:
    """A template's value in the types of S3's model: CloudFormation also accepts "true" and "30"."""
    if shape.type_name == "structure" and isinstance(value, dict):
        return {
            name: _typed(shape.members[name], each) if name in shape.members else each for name, each in value.items()
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_typed(shape.member, each) for each in value]
    if shape.type_name == "boolean" and isinstance(value, str):
        return value.lower() == "true"
    if shape.type_name in ("integer", "long") and isinstance(value, str):
        return int(value)
    return value


def install_policies(patches: Patches, parsing: ModuleType, calls: Calls) -> None:
    """Let templates have bucket policies, which moto skips."""

    class BucketPolicy(Policy):
        """The policies of one mock."""

    BucketPolicy.calls = calls

    def find(original: Function, resource_type: str) -> Any:
        return BucketPolicy if resource_type == POLICY and calls.active else original(resource_type)

    patches.replace(parsing, "resource_class_from_type", find)


class Policy:
    """A bucket policy of a template, as moto's CloudFormation takes its resources."""

    calls: Calls

    def __init__(self, bucket_name: str) -> None:
        self.physical_resource_id = bucket_name

    def is_created(self) -> bool:
        """True."""
        return True

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:  # noqa: ARG003 - moto's signature
        """False: it has no attributes."""
        return False

    @classmethod
    def create_from_cloudformation_json(
        cls, _name: str, cloudformation_json: Properties, account_id: str, region_name: str, **_kwargs: Any
    ) -> Policy:
        """Put the policy on its bucket."""
        properties = cloudformation_json["Properties"]
        name, document = properties["Bucket"], properties["PolicyDocument"]
        policy = document if isinstance(document, str) else json.dumps(document)
        with errors_of_moto(bucket=name):
            cls.calls.client(account_id, region_name).put_bucket_policy(Bucket=name, Policy=policy)
        return cls(name)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Policy,
        new_resource_name: str,
        cloudformation_json: Properties,
        account_id: str,
        region_name: str,
    ) -> Policy:
        """Replace the policy; if it moves to another bucket, delete it from the first."""
        made = cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
        if made.physical_resource_id != original_resource.physical_resource_id:
            original_resource.delete(account_id, region_name)
        return made

    def delete(self, account_id: str, region_name: str) -> None:
        """Delete the policy, unless its bucket is gone already."""
        name = self.physical_resource_id
        if self.calls.cloud.bucket(partition_of(region_name), name) is not None:
            with errors_of_moto(bucket=name):
                self.calls.client(account_id, region_name).delete_bucket_policy(Bucket=name)
