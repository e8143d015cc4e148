from __future__ import annotations

from typing import Any

import pytest

from s3mock.errors import S3Error
from s3mock.models import acl
from s3mock.models.account import account
from s3mock.models.acl import ALL_USERS, AUTHENTICATED_USERS, EC2_IMAGES, LOG_DELIVERY, Acl, Grant

OWNER = account("111122223333")
BUCKET_OWNER = account("444455556666")
OTHER = account("777788889999").canonical_id
FULL_CONTROL = Grant(OWNER.canonical_id, "FULL_CONTROL")
FRIEND = {"Type": "CanonicalUser", "ID": OTHER}


def policy(*grants: tuple[Any, Any]) -> dict[str, Any]:
    return {
        "Owner": {"ID": OWNER.canonical_id, "DisplayName": "somebody"},
        "Grants": [{"Grantee": grantee, "Permission": permission} for grantee, permission in grants],
    }


def refused_policy(written: dict[str, Any]) -> S3Error:
    with pytest.raises(S3Error) as caught:
        acl.from_policy(written, OWNER)
    return caught.value


def refused_headers(params: dict[str, str]) -> S3Error:
    with pytest.raises(S3Error) as caught:
        acl.from_headers(params, OWNER)
    return caught.value


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("private", ()),
        ("public-read", (Grant(ALL_USERS, "READ"),)),
        ("public-read-write", (Grant(ALL_USERS, "READ"), Grant(ALL_USERS, "WRITE"))),
        ("authenticated-read", (Grant(AUTHENTICATED_USERS, "READ"),)),
        ("aws-exec-read", (Grant(EC2_IMAGES, "READ"),)),
        ("log-delivery-write", (Grant(LOG_DELIVERY, "WRITE"), Grant(LOG_DELIVERY, "READ_ACP"))),
        ("bucket-owner-read", (Grant(BUCKET_OWNER.canonical_id, "READ"),)),
        ("bucket-owner-full-control", (Grant(BUCKET_OWNER.canonical_id, "FULL_CONTROL"),)),
    ],
)
def test_a_canned_acl_grants_the_owner_full_control_first(name: str, more: tuple[Grant, ...]) -> None:
    assert acl.canned(name, OWNER, BUCKET_OWNER) == Acl(OWNER, (FULL_CONTROL, *more))


@pytest.mark.parametrize("name", ["bucket-owner-read", "bucket-owner-full-control"])
def test_bucket_owner_acls_add_no_second_grant_for_the_objects_own_owner(name: str) -> None:
    assert acl.canned(name, OWNER, None) == acl.canned(name, OWNER, OWNER) == Acl(OWNER, (FULL_CONTROL,))


def test_an_unknown_canned_acl_is_refused_with_an_empty_message() -> None:
    with pytest.raises(S3Error) as caught:
        acl.canned("privatee", OWNER, None)
    assert (caught.value.code, caught.value.status, caught.value.message) == ("InvalidArgument", 400, "")
    assert caught.value.fields == {"ArgumentName": "x-amz-acl", "ArgumentValue": "privatee"}


def test_an_acl_is_described_without_display_names() -> None:
    described = Acl(OWNER, (FULL_CONTROL, Grant(ALL_USERS, "READ"))).describe()
    assert described == {
        "Owner": {"ID": OWNER.canonical_id},
        "Grants": [
            {"Grantee": {"Type": "CanonicalUser", "ID": OWNER.canonical_id}, "Permission": "FULL_CONTROL"},
            {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ"},
        ],
    }


def test_grant_headers_grant_exactly_what_they_name() -> None:
    params = {
        "GrantRead": f'uri="{ALL_USERS}", id={OTHER.upper()}',
        "GrantWriteACP": f'ID="{OTHER}"',
        "GrantFullControl": f"id={OWNER.canonical_id}",
        "GrantReadACP": f'URI="{AUTHENTICATED_USERS}"',
        "GrantWrite": f"uri={LOG_DELIVERY}",
        "Key": "k",
    }
    assert acl.from_headers(params, OWNER) == Acl(
        OWNER,
        (
            FULL_CONTROL,
            Grant(ALL_USERS, "READ"),
            Grant(OTHER, "READ"),
            Grant(AUTHENTICATED_USERS, "READ_ACP"),
            Grant(LOG_DELIVERY, "WRITE"),
            Grant(OTHER, "WRITE_ACP"),
        ),
    )


@pytest.mark.parametrize("value", ["fdjklasaj", "", 'name="x"', f"id={OTHER},"])
def test_an_invalid_grant_header_is_refused(value: str) -> None:
    error = refused_headers({"GrantFullControl": value})
    assert (error.code, error.message) == ("InvalidArgument", "Argument format not recognized")
    assert error.fields == {"ArgumentName": "x-amz-grant-full-control", "ArgumentValue": value}


@pytest.mark.parametrize("identifier", ["0123", "", OTHER[:-1], OTHER[:-1] + "g", "111122223333"])
def test_a_grantee_account_needs_a_valid_canonical_id(identifier: str) -> None:
    error = refused_headers({"GrantRead": f'id="{identifier}"'})
    assert (error.code, error.status, error.message) == ("InvalidArgument", 400, "Invalid id")
    assert error.fields == {"ArgumentName": "id", "ArgumentValue": identifier}
    error = refused_policy(policy(({"Type": "CanonicalUser", "ID": identifier}, "READ")))
    assert (error.code, error.status, error.message) == ("InvalidArgument", 400, "Invalid id")
    assert error.fields == {"ArgumentName": "CanonicalUser/ID", "ArgumentValue": identifier}


def test_a_group_must_be_predefined() -> None:
    uri = "http://acs.amazonaws.com/groups/global/Authenticated"
    error = refused_headers({"GrantRead": f'uri="{uri}"'})
    assert (error.code, error.status, error.message) == ("InvalidArgument", 400, "Invalid group uri")
    assert error.fields == {"ArgumentName": "uri", "ArgumentValue": uri}
    error = refused_policy(policy(({"Type": "Group", "URI": uri}, "READ")))
    assert (error.code, error.status, error.message) == ("InvalidArgument", 400, "Invalid group uri")
    assert error.fields == {"ArgumentName": "Group/URI", "ArgumentValue": uri}


def test_a_grant_by_email_address_is_refused() -> None:
    error = refused_headers({"GrantRead": 'emailAddress="xyz@example.com"'})
    assert (error.code, error.status) == ("MethodNotAllowed", 405)
    error = refused_policy(policy(({"Type": "AmazonCustomerByEmail", "EmailAddress": "xyz@example.com"}, "READ")))
    assert (error.code, error.status) == ("MethodNotAllowed", 405)


def test_an_access_control_policy_is_the_whole_acl() -> None:
    written = policy((FRIEND, "WRITE_ACP"), ({"Type": "Group", "URI": ALL_USERS}, "READ"))
    assert acl.from_policy(written, OWNER) == Acl(OWNER, (Grant(OTHER, "WRITE_ACP"), Grant(ALL_USERS, "READ")))
    assert acl.from_policy(policy(), OWNER) == Acl(OWNER, ())


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"Owner": {"ID": OWNER.canonical_id}},
        {"Grants": []},
        {"Owner": {}, "Grants": []},
        policy((FRIEND, "EVERYTHING")),
        policy((FRIEND, None)),
        policy(({}, "READ")),
        policy(({"Type": "CanonicalUser"}, "READ")),
        policy(({"Type": "Group"}, "READ")),
        policy(({"Type": "Person", "ID": OTHER}, "READ")),
        policy(*[(FRIEND, "READ")] * 101),
    ],
)
def test_a_policy_with_a_missing_part_or_101_grants_is_malformed(written: dict[str, Any]) -> None:
    error = refused_policy(written)
    assert (error.code, error.status) == ("MalformedACLError", 400)


def test_an_acl_has_up_to_100_grants() -> None:
    assert len(acl.from_policy(policy(*[(FRIEND, "READ")] * 100), OWNER).grants) == 100


def test_a_policy_cannot_change_the_owner() -> None:
    written = policy()
    written["Owner"] = {"ID": OTHER}
    error = refused_policy(written)
    assert (error.code, error.status) == ("AccessDenied", 403)


def test_the_owner_in_a_policy_has_a_valid_canonical_id() -> None:
    written = policy()
    written["Owner"] = {"ID": "wrong"}
    error = refused_policy(written)
    assert (error.code, error.message) == ("InvalidArgument", "Invalid id")
    assert error.fields == {"ArgumentName": "CanonicalUser/ID", "ArgumentValue": "wrong"}
