"""The condition keys of S3, and the actions whose requests have them.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from __future__ import annotations

from collections.abc import Mapping

ALWAYS: frozenset[str] = frozenset(
    {
        "s3:accessgrantsinstancearn",
        "s3:accesspointnetworkorigin",
        "s3:authtype",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:resourceaccount",
        "s3:signatureage",
        "s3:signatureversion",
        "s3:tlsversion",
        "s3:x-amz-content-sha256",
        "s3express:allaccessrestrictedtolocalzonegroup",
        "s3express:authtype",
        "s3express:resourceaccount",
        "s3express:sessionmode",
        "s3express:signatureage",
        "s3express:signatureversion",
        "s3express:tlsversion",
        "s3express:x-amz-content-sha256",
        "s3express:x-amz-server-side-encryption",
        "s3express:x-amz-server-side-encryption-aws-kms-key-id",
    }
)
"""Condition keys of every action."""

TAGS_ALWAYS = ("s3:accesspointtag/", "s3:buckettag/")
"""Prefixes of condition keys of every action that end in the key of a tag."""

_LISTING = "listbucket listbucketversions"
_ACL = "createbucket putbucketacl putobject putobjectacl putobjectversionacl bypassgovernanceretention"
_NEW = "putobject bypassgovernanceretention"
_VERSION = (
    "deleteobjectversion deleteobjectversiontagging getobjectversion getobjectversionacl getobjectversionattributes "
    "getobjectversiontagging getobjectversiontorrent putobjectversionacl putobjectversiontagging"
)
_EXISTING = (
    "deleteobjecttagging deleteobjectversiontagging getobject getobjectacl getobjectattributes getobjecttagging "
    "getobjectversion getobjectversionacl getobjectversionattributes getobjectversiontagging putobjectacl "
    "putobjecttagging putobjectversionacl putobjectversiontagging"
)
_TAGGING = "putobject putobjecttagging putobjectversiontagging bypassgovernanceretention"
_ENCRYPTION = f"{_NEW} replicateobject updateobjectencryption"

_ACTIONS: Mapping[str, str] = {
    "s3:delimiter": _LISTING,
    "s3:max-keys": _LISTING,
    "s3:prefix": _LISTING,
    "s3:if-match": "putobject deleteobject",
    "s3:if-none-match": "putobject",
    "s3:inventoryaccessibleoptionalfields": "putinventoryconfiguration",
    "s3:isreplicationpauserequest": "putreplicationconfiguration",
    "s3:destinationregion": "pausereplication",
    "s3:locationconstraint": "createbucket createaccesspoint",
    "s3:object-lock-legal-hold": "putobject putobjectlegalhold",
    "s3:object-lock-mode": "putobject putobjectretention",
    "s3:object-lock-remaining-retention-days": "putobject putobjectretention",
    "s3:object-lock-retain-until-date": "putobject putobjectretention",
    "s3:objectcreationoperation": "putobject",
    "s3:requestobjecttagkeys": _TAGGING,
    "s3:versionid": _VERSION,
    "s3:x-amz-acl": f"{_ACL} createaccesspoint",
    "s3:x-amz-bucket-namespace": "createbucket",
    "s3:x-amz-copy-source": _NEW,
    "s3:x-amz-grant-full-control": _ACL,
    "s3:x-amz-grant-read": _ACL,
    "s3:x-amz-grant-read-acp": _ACL,
    "s3:x-amz-grant-write": _ACL,
    "s3:x-amz-grant-write-acp": _ACL,
    "s3:x-amz-metadata-directive": _NEW,
    "s3:x-amz-object-ownership": "createbucket",
    "s3:x-amz-server-side-encryption": _ENCRYPTION,
    "s3:x-amz-server-side-encryption-aws-kms-key-id": _ENCRYPTION,
    "s3:x-amz-server-side-encryption-customer-algorithm": f"{_NEW} replicateobject",
    "s3:x-amz-storage-class": f"{_NEW} putobjectacl putobjectversionacl",
    "s3:x-amz-website-redirect-location": _NEW,
}
_TAG_ACTIONS: Mapping[str, str] = {"s3:existingobjecttag/": _EXISTING, "s3:requestobjecttag/": _TAGGING}


def _actions(keys: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {key: frozenset(f"s3:{name}" for name in names.split()) for key, names in keys.items()}


ACTIONS = _actions(_ACTIONS)
TAG_ACTIONS = _actions(_TAG_ACTIONS)

ANY_ACTION: frozenset[str] = frozenset()


def actions_of(key: str) -> frozenset[str] | None:
    """The actions whose requests have the condition key ``key``, which is in lower case.

    ``ANY_ACTION`` stands for every action, as for every key of ``aws:``; None means that S3 has no such key.
    """
    if key.startswith("aws:") or key in ALWAYS or key.startswith(TAGS_ALWAYS):
        return ANY_ACTION
    for prefix, actions in TAG_ACTIONS.items():
        if key.startswith(prefix):
            return actions
    return ACTIONS.get(key)
