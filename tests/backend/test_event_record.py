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
    ("principal", "pattern"),
    [
        ("arn:aws:iam::123456789012:user/path/name", r"AWS:AIDA[A-Z2-7]{17}"),
        ("arn:aws:sts::123456789012:assumed-role/role/session", r"AWS:AROA[A-Z2-7]{17}:session"),
        ("arn:aws:iam::123456789012:root", r"A[A-Z2-7]{13}"),
    ],
)
def test_principal_ids_differ_for_users_roles_and_accounts(principal: str, pattern: str) -> None:
    caller = account("123456789012")
    cause = Cause([], "PutObject", caller, principal, "127.0.0.1")
    assert re.fullmatch(pattern, principal_id(cause))
    another = cause._replace(
        caller=account("210987654321"), principal=principal.replace("123456789012", "210987654321")
    )
    assert principal_id(cause) != principal_id(another)
