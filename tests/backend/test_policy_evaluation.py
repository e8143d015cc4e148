"""Policy evaluation, by itself and compared with a naive evaluator."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3mock.backend.access.policy.evaluation import Evaluation, PolicyRequest, evaluate
from s3mock.models import policy
from s3mock.models.account import account
from s3mock.models.principal import Principal, root
from tests.support import naive_policy

ARN = "arn:aws:s3:::b"
US, THEM = "111122223333", "444455556666"
ANN = Principal(account(US), f"arn:aws:iam::{US}:user/ann", "User", "AIDAANN", "ann")
SESSION = Principal(
    account(US),
    f"arn:aws:sts::{US}:assumed-role/reader/one",
    "AssumedRole",
    "AROAREADER:one",
    role_arn=f"arn:aws:iam::{US}:role/team/reader",
)


def outcome(
    *statements: dict[str, Any], principal: Principal | None = ANN, **keys: str | tuple[str, ...]
) -> Evaluation:
    """The evaluation of a bucket policy for a GetObject; ``keys`` are condition keys without their ``aws:``."""
    usual = {"Effect": "Allow", "Action": "s3:*", "Resource": f"{ARN}/*"}
    document = {"Version": "2012-10-17", "Statement": [usual | statement for statement in statements]}
    for written in document["Statement"]:
        if "NotPrincipal" not in written:
            written.setdefault("Principal", "*")  # type: ignore[attr-defined]
    context = {f"aws:{key}".lower(): (value,) if isinstance(value, str) else value for key, value in keys.items()}
    question = PolicyRequest(principal, "s3:GetObject", f"{ARN}/k", context)
    return evaluate([policy.of_bucket(json.dumps(document), ARN)], question)


def holds(operator: str, written: Any, **keys: Any) -> bool:
    """Whether a condition on ``aws:k`` holds for a request with ``keys``."""
    return outcome({"Condition": {operator: {"aws:K": written}}}, **keys).effect == "Allow"


def test_a_deny_wins_in_any_position() -> None:
    allow, deny = {"Sid": "a"}, {"Effect": "Deny", "Sid": "d"}
    for statements in ([allow, deny], [deny, allow], [allow, deny, allow]):
        evaluation = outcome(*statements)
        assert (evaluation.effect, evaluation.statement and evaluation.statement.sid) == ("Deny", "d")
    assert outcome(allow).effect == "Allow"


def test_statements_about_other_requests_do_not_apply() -> None:
    assert (
        outcome({"Action": "s3:PutObject"}, {"Resource": f"{ARN}/other"}, {"Principal": {"AWS": THEM}}).effect is None
    )


NAMED: list[tuple[Any, Principal | None, bool, bool]] = [
    ("*", None, True, True),
    ({"AWS": "*"}, None, True, True),
    ({"AWS": US}, ANN, True, False),
    ({"AWS": US}, root(account(US)), True, True),
    ({"AWS": f"arn:aws:iam::{US}:root"}, ANN, True, False),
    ({"AWS": US}, None, False, False),
    ({"AWS": THEM}, ANN, False, False),
    ({"AWS": ANN.arn}, ANN, True, True),
    ({"AWS": ANN.arn}, root(account(US)), False, False),
    ({"AWS": SESSION.arn}, SESSION, True, True),
    ({"AWS": str(SESSION.role_arn)}, SESSION, True, True),
    ({"CanonicalUser": account(US).canonical_id.upper()}, ANN, True, False),
    ({"CanonicalUser": account(THEM).canonical_id}, ANN, False, False),
    ({"Service": "s3.amazonaws.com"}, ANN, False, False),
    ({"Federated": "example.com"}, ANN, False, False),
]


@pytest.mark.parametrize(("named", "who", "applies", "direct"), NAMED, ids=str)
def test_a_principal_can_be_named_in_many_ways(named: Any, who: Principal | None, applies: bool, direct: bool) -> None:
    evaluation = outcome({"Principal": named}, principal=who)
    assert (evaluation.effect == "Allow", evaluation.direct) == (applies, direct)


def test_a_not_principal_exempts_exactly_the_principals_it_names() -> None:
    both: Any = {"Effect": "Deny", "NotPrincipal": {"AWS": [ANN.arn, US]}}
    assert outcome(both).effect is None
    assert outcome(both, principal=root(account(US))).effect is None
    assert outcome(both, principal=SESSION).effect == "Deny"
    assert outcome(both, principal=None).effect == "Deny"


OPERATORS: list[tuple[str, Any, str, bool]] = [
    ("StringEquals", "a", "a", True),
    ("StringEquals", ["x", "a"], "a", True),
    ("StringEquals", "A", "a", False),
    ("StringEquals", "*", "a", False),
    ("StringEquals", "${aws:username}", "ann", True),
    ("StringNotEquals", ["x", "a"], "a", False),
    ("StringNotEquals", ["x", "y"], "a", True),
    ("StringEqualsIgnoreCase", "A", "a", True),
    ("StringNotEqualsIgnoreCase", "A", "a", False),
    ("StringLike", "a*", "abc", True),
    ("StringLike", "${aws:username}/?", "ann/x", True),
    ("StringNotLike", "a*", "abc", False),
    ("NumericEquals", 10, "10.0", True),
    ("NumericEquals", "10", "ten", False),
    ("NumericNotEquals", "10", "11", True),
    ("NumericLessThan", "10", "9", True),
    ("NumericLessThan", "10", "10", False),
    ("NumericLessThanEquals", "10", "10", True),
    ("NumericGreaterThan", "-1", "0", True),
    ("NumericGreaterThanEquals", "9", "10", True),
    ("DateEquals", "2026-11-20T12:00:00Z", "2026-11-20T13:00:00+01:00", True),
    ("DateNotEquals", "2026-11-20", "2026-11-20T00:00:00Z", False),
    ("DateLessThan", "2027", "2026-12-31T23:59:59Z", True),
    ("DateLessThanEquals", "2026-11", "2026-11-01T00:00:00Z", True),
    ("DateGreaterThan", 1_000_000_000, "2001-09-09T01:46:41Z", True),
    ("DateGreaterThanEquals", "2026-11-20T12:00:00Z", "1700000000", False),
    ("Bool", True, "true", True),
    ("Bool", "false", "true", False),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
    ("BinaryEquals", "QmluYXJ5", "?", False),
    ("IpAddress", "203.0.113.0/24", "203.0.113.9", True),
    ("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8::1", True),
    ("IpAddress", "203.0.113.0/24", "203.0.114.9", False),
    ("IpAddress", "0.0.0.0/0", "::1", False),
    ("NotIpAddress", "203.0.113.0/24", "203.0.113.9", False),
    ("NotIpAddress", "203.0.113.7", "203.0.113.9", True),
    ("ArnEquals", "arn:aws:sns:*:111122223333:topic", "arn:aws:sns:us-east-1:111122223333:topic", True),
    ("ArnLike", "arn:aws:*:topic", "arn:aws:sns:us-east-1:111122223333:topic", False),
    ("ArnLike", "arn:aws:iam::111122223333:user/*", "arn:aws:iam::111122223333:user/team/ann", True),
    ("ArnNotLike", "arn:aws:iam::111122223333:user/*", "arn:aws:iam::111122223333:role/x", True),
    ("ArnNotEquals", "arn:aws:iam::111122223333:user/*", "arn:aws:iam::111122223333:user/x", False),
    ("Null", "false", "a", True),
    ("Null", True, "a", False),
]


@pytest.mark.parametrize(("operator", "written", "value", "true"), OPERATORS)
def test_each_condition_operator_compares_values(operator: str, written: Any, value: str, true: bool) -> None:
    assert holds(operator, written, k=value, username="ann") is true


ABSENT: list[tuple[str, bool]] = [
    ("StringEquals", False),
    ("StringNotEquals", True),
    ("StringEqualsIfExists", True),
    ("StringNotLike", True),
    ("ForAllValues:StringEquals", True),
    ("ForAnyValue:StringEquals", False),
    ("ForAnyValue:StringNotEquals", False),
    ("ForAnyValue:StringEqualsIfExists", True),
]


@pytest.mark.parametrize(("operator", "true"), ABSENT)
def test_conditions_on_a_key_missing_from_the_request(operator: str, true: bool) -> None:
    assert holds(operator, "a") is true


def test_null_tests_whether_the_key_is_present() -> None:
    assert holds("Null", "true")
    assert not holds("Null", "false")


SEVERAL: list[tuple[str, tuple[str, ...], bool]] = [
    ("ForAllValues:StringEquals", ("a", "b"), True),
    ("ForAllValues:StringEquals", ("a", "c"), False),
    ("ForAllValues:StringEquals", (), True),
    ("ForAnyValue:StringEquals", ("a", "c"), True),
    ("ForAnyValue:StringEquals", ("c", "d"), False),
    ("ForAnyValue:StringEquals", (), False),
    ("ForAllValues:StringNotEquals", ("a", "c"), False),
    ("ForAnyValue:StringNotEquals", ("a", "c"), True),
]


@pytest.mark.parametrize(("operator", "values", "true"), SEVERAL)
def test_conditions_on_a_key_with_several_values(operator: str, values: tuple[str, ...], true: bool) -> None:
    assert holds(operator, ["a", "b"], k=values) is true


def test_all_conditions_must_hold() -> None:
    both = {"StringEquals": {"aws:a": "1", "aws:b": "2"}, "Bool": {"aws:c": "true"}}
    assert outcome({"Condition": both}, a="1", b="2", c="true").effect == "Allow"
    assert outcome({"Condition": both}, a="1", b="2", c="false").effect is None
    assert outcome({"Condition": both}, a="1", b="3", c="true").effect is None


NAMES = st.sampled_from(["a", "b", "A", "aa", "1", "2", "10", ""])
STRINGS = st.sampled_from(["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringLike", "StringNotLike"])
NUMBERS = st.sampled_from([f"Numeric{name}" for name in ("Equals", "NotEquals", "LessThan", "GreaterThanEquals")])
PREFIXES, SUFFIXES = st.sampled_from(["", "", "ForAllValues:", "ForAnyValue:"]), st.sampled_from(["", "IfExists"])
STRING_VALUES = st.lists(st.sampled_from(["a", "b", "aa", "A", "a*", "?", "*"]), min_size=1, max_size=3)
NUMBER_VALUES = st.lists(st.sampled_from(["1", "2", "10"]), min_size=1, max_size=2)
KEYS = st.sampled_from(["aws:k", "aws:l"])
CONDITIONS = st.one_of(
    st.builds(lambda p, o, s, k, v: {p + o + s: {k: v}}, PREFIXES, STRINGS, SUFFIXES, KEYS, STRING_VALUES),
    st.builds(lambda p, o, s, v: {p + o + s: {"aws:n": v}}, PREFIXES, NUMBERS, SUFFIXES, NUMBER_VALUES),
    st.builds(lambda k, v: {"Null": {k: [v]}}, KEYS, st.sampled_from(["true", "false"])),
)
ACTIONS = st.lists(st.sampled_from(["s3:GetObject", "s3:PUTobject", "s3:Get*", "*", "s3:?etObject"]), min_size=1)
RESOURCES = st.lists(
    st.sampled_from([f"{ARN}/*", f"{ARN}/a", f"{ARN}/a*", f"{ARN}/?", f"{ARN}/${{aws:k}}", f"{ARN}/*a*"]), min_size=1
)
PRINCIPALS = st.one_of(
    st.just("*"), st.builds(lambda ids: {"AWS": ids}, st.lists(st.sampled_from([US, THEM]), min_size=1))
)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a statement of a bucket policy."""
    negated = st.sampled_from(["", "", "Not"])
    return {
        "Effect": draw(st.sampled_from(["Allow", "Deny"])),
        "Principal": draw(PRINCIPALS),
        f"{draw(negated)}Action": draw(ACTIONS),
        f"{draw(negated)}Resource": draw(RESOURCES),
        "Condition": draw(st.one_of(st.just({}), CONDITIONS)),
    }


@given(
    st.lists(statements(), min_size=1, max_size=4),
    st.sampled_from(["s3:GetObject", "s3:PutObject", "s3:GetObjectTagging"]),
    st.sampled_from(["a", "b", "aa", "A/a", ""]),
    st.sampled_from([None, US, THEM]),
    st.dictionaries(KEYS, st.lists(NAMES, max_size=2), max_size=2),
    st.lists(st.sampled_from(["1", "2", "10"]), max_size=2),
)
def test_the_evaluator_agrees_with_a_naive_one(
    written: list[dict[str, Any]],
    action: str,
    key: str,
    caller: str | None,
    keys: dict[str, list[str]],
    numbers: list[str],
) -> None:
    document = {"Version": "2012-10-17", "Statement": written}
    keys = keys | {"aws:n": numbers} if numbers else keys
    request = {"action": action, "resource": f"{ARN}/{key}", "account": caller}
    question = PolicyRequest(
        None if caller is None else root(account(caller)),
        action,
        f"{ARN}/{key}",
        {name: tuple(values) for name, values in keys.items()},
    )
    evaluation = evaluate([policy.of_bucket(json.dumps(document), ARN)], question)
    assert evaluation.effect == naive_policy.decision(document, request, keys)
