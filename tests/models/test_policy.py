"""The policies that S3 accepts, and those that it refuses with their messages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from s3mock.errors import S3Error
from s3mock.models import policy
from s3mock.models.policy.patterns import Pattern

ARN = "arn:aws:s3:::b"
OBJECTS = f"{ARN}/*"
SYNTAX = "Invalid policy syntax."
NOT_APPLICABLE = "Action does not apply to any resource(s) in statement"
NOT_THESE_KEYS = "Conditions do not apply to combination of actions and resources in statement"
ABSENT: Any = ...  # leaves an element out


def statement(**elements: Any) -> dict[str, Any]:
    """A statement that allows everyone to read, with other ``elements``."""
    usual = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": OBJECTS}
    return {name: value for name, value in {**usual, **elements}.items() if value is not ABSENT}


def refusal(document: str | dict[str, Any]) -> tuple[str, Any]:
    """The message and the Detail of the error for a bucket's policy."""
    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(S3Error) as caught:
        policy.of_bucket(text, ARN)
    assert (caught.value.code, caught.value.status) == ("MalformedPolicy", 400)
    return caught.value.message, caught.value.fields.get("Detail")


def read(**elements: Any) -> policy.Policy:
    """The policy with one statement."""
    return policy.of_bucket(json.dumps({"Version": "2012-10-17", "Statement": [statement(**elements)]}), ARN)


@pytest.mark.parametrize("text", ["", " \n", "policy", '"policy"', "[{}]", "\N{BOM}{}"])
def test_a_policy_must_be_a_json_object(text: str) -> None:
    """aws_recorded: test_bucket_policy_exc."""
    assert refusal(text)[0] == "Policies must be valid JSON and the first byte must be '{'"


@pytest.mark.parametrize("text", ["{", '{"Statement": [}', "{'a': 1}", '{"Statement": NaN}', "{} x", '{"a":' * 99999])
def test_invalid_json_that_starts_with_a_brace_has_another_message(text: str) -> None:
    assert refusal(text)[0] == "This policy contains invalid Json"


DOCUMENTS: list[tuple[dict[str, Any], str]] = [
    ({}, "Missing required field Statement"),
    ({"Version": "2012-10-17"}, "Missing required field Statement"),
    ({"Statement": []}, "Could not parse the policy: Statement is empty!"),
    ({"Statement": "Allow"}, SYNTAX),
    ({"Statement": [None]}, SYNTAX),
    ({"Statement": statement(), "Id": 1}, SYNTAX),
    ({"Statement": statement(), "Version": "2012-10-18"}, "The policy must contain a valid version string"),
    ({"Statement": statement(), "Version": 2012}, "The policy must contain a valid version string"),
    ({"Statement": statement(), "Comment": ""}, "Unknown field Comment"),
    ({"statement": statement()}, "Unknown field statement"),
]


@pytest.mark.parametrize(("document", "message"), DOCUMENTS, ids=str)
def test_a_policy_needs_a_statement_and_refuses_unknown_elements(document: dict[str, Any], message: str) -> None:
    assert refusal(document)[0] == message


STATEMENTS: list[tuple[dict[str, Any], str]] = [
    ({"Effect": ABSENT}, "Missing required field Effect"),
    ({"Principal": ABSENT}, "Missing required field Principal"),
    ({"Action": ABSENT}, "Missing required field Action"),
    ({"Resource": ABSENT}, "Missing required field Resource"),
    ({"Action": []}, "Missing required field Action cannot be empty!"),
    ({"Resource": []}, "Missing required field Resource cannot be empty!"),
    ({"Effect": "allow"}, "Invalid effect: allow"),
    ({"Effect": True}, "Invalid effect: true"),
    ({"effect": "Allow"}, "Unknown field effect"),
    ({"NotAction": "s3:PutObject"}, "Statement/policy already has instance of Action"),
    ({"NotPrincipal": "*"}, "Statement/policy already has instance of Principal"),
    ({"NotResource": ARN}, "Statement/policy already has instance of Resource"),
    ({"Sid": 1}, SYNTAX),
    ({"Action": 1}, SYNTAX),
    ({"Resource": [OBJECTS, {}]}, SYNTAX),
    ({"Condition": []}, SYNTAX),
    ({"Condition": {"StringEquals": "aws:username"}}, SYNTAX),
    ({"Condition": {"StringEquals": {"aws:username": None}}}, SYNTAX),
    ({"Condition": {"NumericEquals": {"aws:x": "many"}}}, SYNTAX),
    ({"Condition": {"DateEquals": {"aws:CurrentTime": "yesterday"}}}, SYNTAX),
    ({"Condition": {"Bool": {"aws:SecureTransport": "maybe"}}}, SYNTAX),
    ({"Condition": {"BinaryEquals": {"aws:x": "?"}}}, SYNTAX),
    ({"Condition": {"IpAddress": {"aws:SourceIp": "1.2.3"}}}, "Invalid IP address in Conditions"),
    ({"Condition": {"StringEqualz": {}}}, "Invalid Condition type : StringEqualz"),
    ({"Condition": {"stringequals": {}}}, "Invalid Condition type : stringequals"),
    ({"Condition": {"NullIfExists": {}}}, "Invalid Condition type : NullIfExists"),
    ({"Condition": {"ForEachValue:Bool": {}}}, "Invalid Condition type : ForEachValue:Bool"),
    ({"Condition": {"StringEquals": {"s3:colour": "red"}}}, "Policy has an invalid condition key"),
    ({"Condition": {"StringEquals": {"username": "x"}}}, "Policy has an invalid condition key"),
    ({"Condition": {"StringEquals": {"s3:prefix": "x"}}}, NOT_THESE_KEYS),
    ({"Action": "s3:Get*", "Resource": ARN, "Condition": {"Null": {"s3:x-amz-acl": "true"}}}, NOT_THESE_KEYS),
    ({"Action": "s3:HeadObject"}, "Policy has invalid action"),
    ({"Action": ["s3:GetObject", "ec2:*"]}, "Policy has invalid action"),
    ({"Action": "GetObject"}, "Policy has invalid action"),
    ({"Resource": "*"}, "Policy has invalid resource"),
    ({"Resource": "b/*"}, "Policy has invalid resource"),
    ({"Resource": [OBJECTS, "arn:aws:s3:::other/*"]}, "Policy has invalid resource"),
    ({"Resource": "arn:aws:s3:::bb/*"}, "Policy has invalid resource"),
    ({"Resource": "arn:aws-cn:s3:::b/*"}, "Policy has invalid resource"),
    ({"Resource": "arn:aws:s3:us-east-1::b/*"}, "Policy has invalid resource"),
    ({"Resource": ARN}, NOT_APPLICABLE),
    ({"Action": "s3:ListBucket"}, NOT_APPLICABLE),
    ({"Action": ["s3:GetObject", "s3:ListBucket"]}, NOT_APPLICABLE),
    ({"Action": "s3:ListAllMyBuckets"}, NOT_APPLICABLE),
]


@pytest.mark.parametrize(("elements", "message"), STATEMENTS, ids=str)
def test_an_invalid_statement_is_refused_with_the_message_of_s3(elements: dict[str, Any], message: str) -> None:
    assert refusal({"Version": "2012-10-17", "Statement": [statement(), statement(**elements)]})[0] == message


PRINCIPALS: list[tuple[Any, str]] = [
    ({"AWS": "bob"}, '"AWS" : "bob"'),
    ({"AWS": "arn:aws:iam::11112222333:root"}, '"AWS" : "arn:aws:iam::11112222333:root"'),
    ({"AWS": "arn:aws:iam::111122223333:user/*"}, '"AWS" : "arn:aws:iam::111122223333:user/*"'),
    ({"AWS": "arn:aws:iam::111122223333:group/g"}, '"AWS" : "arn:aws:iam::111122223333:group/g"'),
    ({"AWS": "arn:aws-xy:iam::111122223333:root"}, '"AWS" : "arn:aws-xy:iam::111122223333:root"'),
    ({"AWS": ["111122223333", 1]}, '"AWS" : 1'),
    ({"AWS": []}, '"AWS" : []'),
    ({"CanonicalUser": "abc"}, '"CanonicalUser" : "abc"'),
    ({"Service": "*"}, '"Service" : "*"'),
    ({"IAM": "111122223333"}, '"IAM" : "111122223333"'),
    ({}, "{}"),
    ("111122223333", '"111122223333"'),
]


@pytest.mark.parametrize(("principal", "detail"), PRINCIPALS, ids=str)
@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
def test_the_error_detail_names_an_invalid_principal(element: str, principal: Any, detail: str) -> None:
    elements = {"Principal": ABSENT, element: principal}
    assert refusal({"Statement": statement(**elements)}) == ("Invalid principal in policy", detail)


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": ["111122223333", "arn:aws:iam::444455556666:root"]},
        {"AWS": "arn:aws:iam::111122223333:user/team/ann"},
        {"AWS": "arn:aws:sts::111122223333:assumed-role/reader/session"},
        {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1234"},
        {"CanonicalUser": "ab" * 32},
        {"Service": ["logging.s3.amazonaws.com", "cloudfront.amazonaws.com"]},
        {"Federated": "cognito-identity.amazonaws.com"},
    ],
    ids=str,
)
def test_a_statement_can_name_every_kind_of_principal(principal: Any) -> None:
    assert read(Principal=principal).statements[0].principals is not None


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("*", ARN),
        ("s3:*", OBJECTS),
        ("S3:GETOBJECT", OBJECTS),
        ("s3:Get*", ARN),
        (["s3:GetObject", "s3:ListBucket"], [ARN, OBJECTS]),
        ("s3:GetObject", f"{ARN}/home/${{aws:username}}/*"),
        ("s3:ListBucket", "arn:aws:s3:::*"),
        ("s3:?etObject", f"{ARN}/"),
    ],
    ids=str,
)
def test_an_action_needs_a_resource_of_its_kind(action: Any, resource: Any) -> None:
    assert len(read(Action=action, Resource=resource).statements) == 1


def test_a_repeated_element_is_refused() -> None:
    twice = '{"Statement": [], "Statement": []}'
    assert refusal(twice)[0] == "Statement/policy already has instance of Statement"


def test_a_policy_has_at_most_20_kilobytes_without_whitespace() -> None:
    def of_size(size: int) -> str:
        document = {"Version": "2012-10-17", "Statement": [statement()], "Id": ""}
        document["Id"] = "x" * (size - len(json.dumps(document, separators=(",", ":"))))
        return json.dumps(document, indent=8)

    policy.of_bucket(of_size(20480), ARN)
    message = "Normalized policy document exceeds the maximum allowed size of 20480 bytes"
    assert refusal(of_size(20481))[0] == message


def test_an_identity_based_policy_has_no_principal_and_can_name_any_service() -> None:
    written = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}}
    assert policy.of_identity(written).statements[0].principals is None
    with pytest.raises(S3Error, match="should not specify a principal"):
        policy.of_identity({"Statement": statement()})


def test_an_access_point_policy_needs_the_arn_of_the_access_point_as_resource() -> None:
    arn = "arn:aws:s3:us-east-1:111122223333:accesspoint/point"
    document = {"Statement": statement(Resource=f"{arn}/object/*")}
    policy.of_access_point(json.dumps(document), arn)
    with pytest.raises(S3Error, match="Policy has invalid resource"):
        policy.of_access_point(json.dumps({"Statement": statement()}), arn)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("a*c", "abbc", True),
        ("a*c", "abb", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("*", "", True),
        ("?", "", False),
        ("", "", True),
        ("a*b*c", "a/b/b/x", False),
        ("*a*", "\n a \n", True),
        ("home/${aws:username}/*", "home/ann/x", True),
        ("home/${AWS:UserName}/*", "home/bob/x", False),
        ("${aws:userid, 'nobody'}", "nobody", True),
        ("${aws:userid}", "", False),
        ("${*}${?}${$}", "*?$", True),
        ("${*}", "x", False),
    ],
)
def test_a_pattern_matches_with_wildcards_and_policy_variables(pattern: str, text: str, fits: bool) -> None:
    keys = {"aws:username": ("ann",), "aws:several": ("a", "b")}
    assert Pattern.parse(pattern, variables=True).matches(text, keys) is fits


def test_an_asterisk_in_the_value_of_a_variable_is_not_a_wildcard() -> None:
    keys = {"aws:username": ("*",)}
    assert not Pattern.parse("${aws:username}", variables=True).matches("ann", keys)


def test_a_variable_with_several_values_matches_nothing() -> None:
    assert not Pattern.parse("${k}", variables=True).matches("a", {"k": ("a", "b")})


def test_a_policy_of_version_2008_has_no_variables() -> None:
    old = policy.of_bucket(json.dumps({"Statement": statement(Resource=f"{ARN}/${{aws:username}}")}), ARN)
    (resource,) = old.statements[0].resources
    assert resource.matches(f"{ARN}/${{aws:username}}", {"aws:username": ("ann",)})


def test_a_pattern_with_many_asterisks_is_not_slow() -> None:
    assert not Pattern.parse("*a" * 200 + "b", variables=False).matches("a" * 1024, {})
