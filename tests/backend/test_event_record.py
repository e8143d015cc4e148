"""Event records: how they encode keys and identify callers."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

import pytest

from s3mock.backend.cause import Cause
from s3mock.backend.notification.record import encoded, principal_id
from s3mock.models.account import account


@pytest.mark.parametrize("key", ["plain", "a/b", "a b+c", "(1)=2&~*'!.-_:@,$", "ü", "%41"])
def test_unquote_plus_decodes_the_keys_in_event_records(key: str) -> None:
    assert unquote_plus(encoded(key)) == key
    assert re.fullmatch(r"([A-Za-z0-9*._/+-]|%[0-9A-F]{2})+", encoded(key))


@pytest.mark.parametrize(
    ("user_id", "pattern"),
    [
        ("AIDAIOSFODNN7EXAMPLE", "AWS:AIDAIOSFODNN7EXAMPLE"),
        ("AROAIOSFODNN7EXAMPLE:session", "AWS:AROAIOSFODNN7EXAMPLE:session"),
        ("123456789012", r"A[A-Z2-7]{13}"),
        ("", r"A[A-Z2-7]{13}"),
    ],
)
def test_principal_ids_differ_for_users_roles_and_accounts(user_id: str, pattern: str) -> None:
    cause = Cause([], "PutObject", account("123456789012"), user_id, "127.0.0.1")
    assert re.fullmatch(pattern, principal_id(cause))


def test_each_account_has_its_own_principal_id() -> None:
    ours, theirs = (Cause([], "PutObject", account(each), each) for each in ("123456789012", "210987654321"))
    assert principal_id(ours) != principal_id(theirs)
