"""Starting and stopping the mock: nested mocks share one S3, and everything is restored at the end."""

from __future__ import annotations

import asyncio
import itertools
import os
import subprocess
import sys
import threading
from pathlib import Path

import boto3
import boto3.s3.transfer
import botocore.utils
import pytest
from botocore import configprovider, credentials, endpoint, signers

import s3mock
from s3mock import mock_s3
from s3mock.control import S3
from s3mock.mock import MockS3
from s3mock.settings import SettingError

PATCHED = [
    (endpoint.Endpoint, "_send"),
    (signers.RequestSigner, "get_auth_instance"),
    (botocore.utils.IMDSFetcher, "_fetch_metadata_token"),
    (botocore.utils.IMDSFetcher, "_get_request"),
    (botocore.utils.ContainerMetadataFetcher, "_retrieve_credentials"),
    (credentials.ContainerProvider, "load"),
    (configprovider.ConfiguredEndpointProvider, "provide"),
    (boto3.s3.transfer, "_should_use_crt"),
]
ORIGINALS = [vars(owner)[name] for owner, name in PATCHED]


def is_off() -> bool:
    return [vars(owner)[name] for owner, name in PATCHED] == ORIGINALS


def is_on() -> bool:
    return all(vars(owner)[name] is not original for (owner, name), original in zip(PATCHED, ORIGINALS, strict=True))


def buckets(s3: S3) -> list[str]:
    return [bucket["Name"] for bucket in s3.client().list_buckets()["Buckets"]]


def test_the_version_is_that_of_the_package() -> None:
    project = (Path(__file__).parents[1] / "pyproject.toml").read_text()
    assert f'\nversion = "{s3mock.__version__}"\n' in project


def test_every_public_name_is_there_and_no_other() -> None:
    assert {name for name in s3mock.__all__ if getattr(s3mock, name) is None} == set()
    with pytest.raises(AttributeError, match="no attribute 'Cloud'"):
        s3mock.Cloud  # noqa: B018


def test_importing_s3mock_loads_no_optional_and_no_slow_library() -> None:
    program = "import boto3, sys; before = set(sys.modules); import s3mock; print(*sorted(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert loaded == ["s3mock"]


def test_the_context_manager_returns_the_control_object() -> None:
    with mock_s3(max_keys=7) as s3:
        assert is_on()
        s3.client().create_bucket(Bucket="photos")
        assert [bucket.name for bucket in s3.resource().buckets.all()] == ["photos"]
        assert s3.cloud.find_bucket("photos") is not None
        assert s3.settings.max_keys == 7
    assert is_off()


def test_the_async_context_manager_returns_the_control_object() -> None:
    async def use() -> list[str]:
        async with mock_s3() as s3:
            s3.client().create_bucket(Bucket="photos")
            await asyncio.sleep(0)
            return buckets(s3)

    assert asyncio.run(use()) == ["photos"]
    assert is_off()


def test_start_and_stop_turn_the_mock_on_and_off() -> None:
    mock = mock_s3()
    assert is_off()
    s3 = mock.start()
    assert is_on()
    s3.client().create_bucket(Bucket="photos")
    mock.stop()
    assert is_off()
    with mock_s3() as s3:
        assert buckets(s3) == []


def test_stop_without_start_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="not started"):
        mock_s3().stop()
    with mock_s3(), pytest.raises(RuntimeError, match="not started"):
        mock_s3().stop()


def test_a_control_object_makes_no_client_after_the_end_of_its_mock() -> None:
    """AWS itself would answer it."""
    with mock_s3() as s3, mock_s3():
        pass
    for make in (s3.client, s3.resource):
        with pytest.raises(RuntimeError, match="has ended"):
            make()
    with mock_s3() as again:
        assert buckets(again) == []


def test_reset_empties_the_shared_s3() -> None:
    mock = mock_s3()
    with mock as outer, mock_s3() as inner:
        for reset in (outer.reset, inner.reset, mock.reset):
            inner.client().create_bucket(Bucket="photos")
            assert buckets(outer) == ["photos"]
            reset()
            assert buckets(outer) == buckets(inner) == []
    with pytest.raises(RuntimeError, match="no mock_s3 is active"):
        mock.reset()


def test_nested_mocks_share_the_outer_state() -> None:
    with mock_s3() as outer:
        with mock_s3() as inner:
            inner.client().create_bucket(Bucket="photos")
            assert inner is outer
        assert is_on()
        assert buckets(outer) == ["photos"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_mocks_are_stopped_in_any_order_and_the_last_removes_the_patches(order: tuple[int, ...]) -> None:
    mocks = [mock_s3() for _ in range(3)]
    shared = {id(mock.start()) for mock in mocks}
    assert len(shared) == 1
    for number in order:
        assert is_on()
        mocks[number].stop()
    assert is_off()


def test_a_mock_can_be_started_twice() -> None:
    mock = mock_s3()
    with mock as outer, mock as inner:
        assert inner is outer
    assert is_off()


@pytest.mark.parametrize(
    ("outer", "inner", "message"),
    [
        (mock_s3(), mock_s3(max_keys=5), r"mock_s3\(max_keys=5\) .* was started without max_keys"),
        (mock_s3(max_keys=4), mock_s3(max_keys=5), r"mock_s3\(max_keys=5\) .* was started with max_keys=4"),
    ],
)
def test_a_nested_mock_with_other_keywords_is_an_error(outer: MockS3, inner: MockS3, message: str) -> None:
    with outer, pytest.raises(RuntimeError, match=message):
        inner.start()
    assert is_off()


def test_a_nested_mock_with_the_same_keywords_is_allowed() -> None:
    with mock_s3(max_keys=5, custom_endpoints="http://a"), mock_s3(max_keys=5), mock_s3(custom_endpoints=["http://a/"]):
        assert is_on()


def test_an_exception_in_the_body_restores_everything() -> None:
    before = dict(os.environ)
    with pytest.raises(ZeroDivisionError), mock_s3():
        1 / 0  # noqa: B018
    assert is_off()
    assert dict(os.environ) == before


def test_a_failed_start_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    before, session = dict(os.environ), boto3.DEFAULT_SESSION
    monkeypatch.setattr("s3mock.process.beside_moto.install", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        mock_s3().start()
    assert is_off()
    assert (dict(os.environ), boto3.DEFAULT_SESSION) == (before, session)
    monkeypatch.undo()
    with mock_s3() as s3:
        assert buckets(s3) == []


def test_invalid_keywords_fail_at_once_and_invalid_variables_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(SettingError, match="max_keys is 0"):
        mock_s3(max_keys=0)
    with pytest.raises(TypeError, match="there is no setting 'colour'"):
        mock_s3(colour="red")  # type: ignore[call-overload]
    mock = mock_s3()
    monkeypatch.setenv("S3MOCK_CUSTOM_ENDPOINTS", "ftp://files")
    with pytest.raises(SettingError, match="S3MOCK_CUSTOM_ENDPOINTS is 'ftp://files'"):
        mock.start()
    assert is_off()


def test_an_environment_variable_takes_effect_when_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_s3() as s3:
        client = s3.client()
        client.create_bucket(Bucket="photos")
        for key in "abc":
            client.put_object(Bucket="photos", Key=key)
        assert client.list_objects_v2(Bucket="photos")["KeyCount"] == 3
        monkeypatch.setenv("S3MOCK_MAX_KEYS", "2")
        assert client.list_objects_v2(Bucket="photos")["KeyCount"] == 2


def test_the_account_of_a_caller_is_found_by_its_access_key() -> None:
    with mock_s3(accounts={"AKIAIOSFODNN7EXAMPLE": "111111111111", "333333333333": "444444444444"}) as s3:
        for number, key in enumerate(["AKIAIOSFODNN7EXAMPLE", "222222222222", "333333333333", "anyone"]):
            client = s3.client(aws_access_key_id=key, aws_secret_access_key="any")
            client.create_bucket(Bucket=f"bucket-{number}")
            assert [bucket["Name"] for bucket in client.list_buckets()["Buckets"]] == [f"bucket-{number}"]
        owners = [s3.cloud.find_bucket(f"bucket-{number}") for number in range(4)]
        assert [bucket and bucket.account.id for bucket in owners] == [
            "111111111111",
            "222222222222",
            "444444444444",
            "123456789012",
        ]


def test_a_mock_is_active_in_all_threads() -> None:
    with mock_s3() as s3:
        client = s3.client()
        client.create_bucket(Bucket="photos")
        threads = [
            threading.Thread(target=client.put_object, kwargs={"Bucket": "photos", "Key": f"{number:02}"})
            for number in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        listed = client.list_objects_v2(Bucket="photos")["Contents"]
        assert [item["Key"] for item in listed] == [f"{number:02}" for number in range(20)]


def test_another_librarys_patch_over_ours_can_outlive_the_mock() -> None:
    original = vars(endpoint.Endpoint)["_send"]
    seen = []
    try:
        for _ in range(3):
            mock = mock_s3()
            s3 = mock.start()
            ours = vars(endpoint.Endpoint)["_send"]

            def theirs(self: object, request: object, ours: object = ours) -> object:
                seen.append(request)
                return ours(self, request)  # type: ignore[operator]

            endpoint.Endpoint._send = theirs  # type: ignore[attr-defined]
            assert buckets(s3) == []
            mock.stop()
            assert vars(endpoint.Endpoint)["_send"] is theirs
            endpoint.Endpoint._send = ours  # type: ignore[attr-defined]
            assert ours.__s3mock_replaces__[1] is original
        assert len(seen) == 3
    finally:
        endpoint.Endpoint._send = original  # type: ignore[attr-defined]
