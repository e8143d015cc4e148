"""The whole content of an S3 is one value, which is replaced, restored, saved and loaded as a whole."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import random
import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from s3mock.backend import versions
from s3mock.backend.blobs import Blob
from s3mock.backend.cloud import Cloud
from s3mock.backend.persistence import database
from s3mock.backend.store import EMPTY
from s3mock.models.account import ANONYMOUS
from s3mock.models.configuration import Configuration
from s3mock.models.version import Version
from s3mock.settings import Settings
from tests.support import full_store
from tests.support.full_store import MAIN, SETTINGS, after_months, fill, read_everything
from tests.support.stores import content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

ROOT = Path(__file__).parents[2]


@pytest.fixture
def full() -> Iterator[S3]:
    with mock_s3(**SETTINGS) as mock:
        fill(mock)
        yield mock


def test_a_store_loaded_by_another_process_reads_and_continues_the_same(full: S3, tmp_path: Path) -> None:
    file, results = tmp_path / "store", tmp_path / "results"
    database.save(full.cloud.snapshot(), file)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.support.full_store", str(file), str(results)]
    loading = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert loading.returncode == 0, loading.stderr
    answers, outcome = pickle.loads(results.read_bytes())
    here = read_everything(full.client(region_name="us-east-1"))
    assert answers.keys() == here.keys()
    assert {call: reply for call, reply in answers.items() if reply != here[call]} == {}
    assert outcome == after_months(full)


def test_a_full_store_has_a_value_of_every_kind(full: S3) -> None:
    store = full.cloud.snapshot()
    assert [name for name, value in store._asdict().items() if value == EMPTY._asdict()[name]] == []
    configurations = [state.configuration for state in store.buckets.values()]
    unset = set(type(configurations[0]).__dataclass_fields__)
    for configuration in configurations:
        unset -= {name for name in unset if getattr(configuration, name) not in (None, (), {}, False)}
    assert unset == {"directory_key", "location_constraint", "mfa_delete", "blocked_encryption_types"}


def test_everything_in_a_store_is_saved_and_loaded(full: S3, tmp_path: Path) -> None:
    store = full.cloud.snapshot()
    database.save(store, tmp_path / "store")
    assert content(database.load(tmp_path / "store")) == content(store)
    for name, value in EMPTY._asdict().items():
        assert content(store._replace(**{name: value})) != content(store), name


def test_every_kind_of_work_is_done_in_a_full_store_within_months(full: S3) -> None:
    assert after_months(full) == {
        "replicated": ["before", "large", "tiered", "uploaded"],
        "logs": 2,
        "reports": 8,
        "status": "COMPLETED",
        "expired": True,
        "restored": None,
        "tier": "ARCHIVE_ACCESS",
        "events": [
            "IntelligentTiering",
            "LifecycleExpiration:DeleteMarkerCreated",
            "ObjectAcl:Put",
            "ObjectCreated:CompleteMultipartUpload",
            "ObjectCreated:Copy",
            "ObjectCreated:Put",
            "ObjectRemoved:DeleteMarkerCreated",
            "ObjectRestore:Completed",
            "ObjectRestore:Delete",
            "ObjectRestore:Post",
        ],
    }


def test_a_snapshot_is_restored_in_one_assignment_together_with_its_time(s3: S3Client, mock: S3, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"before")
    mock.clock.advance(days=1)
    before = mock.cloud.snapshot()
    mock.clock.advance(days=9)
    s3.put_object(Bucket=bucket, Key="k", Body=b"after")
    s3.create_bucket(Bucket="another")
    mock.cloud.restore(before)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"before"
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == [bucket]
    assert mock.clock.offset == 86_400
    assert mock.cloud.snapshot() == before


def test_the_offset_of_the_clock_is_saved_and_loaded_with_the_store(mock: S3, tmp_path: Path) -> None:
    mock.clock.advance(days=2)
    database.save(mock.cloud.snapshot(), tmp_path / "store")
    mock.reset()
    assert mock.clock.offset == mock.cloud.snapshot().clock_offset == 0
    mock.cloud.restore(database.load(tmp_path / "store"))
    assert mock.clock.offset == mock.cloud.snapshot().clock_offset == 2 * 86_400


def test_a_reset_does_no_work_for_each_object() -> None:
    def calls_of_reset(objects: int) -> list[str]:
        """The functions of Python and C that a snapshot, its return and a reset call."""
        cloud = Cloud(Settings())
        bucket, _ = cloud.namespace.create("b", ANONYMOUS, "us-east-1", cloud.clock.now(), Configuration())
        for number in range(objects):
            version = Version(key=f"{number}", last_modified=cloud.clock.now(), owner=ANONYMOUS, blob=Blob.of(b"body"))
            bucket.commit(partial(versions.put, version=version))
        calls: list[str] = []

        def count(frame: Any, event: str, function: Any) -> None:
            if event in {"call", "c_call"}:
                calls.append(frame.f_code.co_name if event == "call" else function.__name__)

        gc.disable()
        sys.setprofile(count)
        try:
            cloud.restore(cloud.snapshot())
            cloud.reset()
        finally:
            sys.setprofile(None)
            gc.enable()
        assert cloud.store is EMPTY
        return calls

    few = calls_of_reset(10)
    assert few == calls_of_reset(3_000)
    assert len(few) < 50, few


def test_an_object_lambda_with_a_local_function_is_saved_as_one_that_fails(full: S3, tmp_path: Path) -> None:
    local = full.add_object_lambda("local", full.add_access_point("below", MAIN), lambda _event, _context: None)
    database.save(full.cloud.snapshot(), tmp_path / "store")
    again = database.load(tmp_path / "store").access_points.by_name
    with pytest.raises(RuntimeError, match="<lambda> was not saved"):
        again[local.arn].function({}, None)  # type: ignore[attr-defined]
    kept = [point for point in again.values() if getattr(point, "name", "") == "the-lambda"]
    assert kept[0].function is full_store.lambda_function  # type: ignore[attr-defined]


def test_ids_after_a_load_follow_those_that_were_loaded(full: S3, tmp_path: Path) -> None:
    s3 = full.client()
    before = s3.put_object(Bucket=MAIN, Key="k")["VersionId"]
    database.save(full.cloud.snapshot(), tmp_path / "store")
    full.cloud.restore(database.load(tmp_path / "store"))
    after = s3.put_object(Bucket=MAIN, Key="k")["VersionId"]
    assert [each["VersionId"] for each in s3.list_object_versions(Bucket=MAIN, Prefix="k")["Versions"]] == [
        after,
        before,
    ]


def test_a_file_has_the_bytes_of_large_objects_once(mock: S3, s3: S3Client, bucket: str, tmp_path: Path) -> None:
    body = random.Random(1).randbytes(5 << 20)
    s3.put_object(Bucket=bucket, Key="large", Body=body)
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/large")
    database.save(mock.cloud.snapshot(), tmp_path / "store")
    assert len(body) < (tmp_path / "store").stat().st_size < 1.1 * len(body)
    assert [each.name for each in tmp_path.iterdir()] == ["store"]
    mock.reset()
    mock.cloud.restore(database.load(tmp_path / "store"))
    for key in ("large", "copy"):
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == body


def test_a_saved_store_takes_the_place_of_the_one_before(mock: S3, s3: S3Client, bucket: str, tmp_path: Path) -> None:
    for key in ("a", "b"):
        s3.put_object(Bucket=bucket, Key=key)
        database.save(mock.cloud.snapshot(), tmp_path / "store")
    state = database.load(tmp_path / "store").buckets["aws", bucket]
    assert list(state.keys) == ["a", "b"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a database of s3mock"),
        (b"x", "not a database of s3mock"),
        (b"x" * 9000, "not a database of s3mock"),
        ("CREATE TABLE a (b)", "not a database of s3mock"),
        ("CREATE TABLE meta (name, value)", "not a database of s3mock"),
        ("CREATE TABLE meta AS SELECT 'format' name, 2 value", "format 2 of a newer s3mock"),
    ],
)
def test_a_file_that_is_not_a_saved_store_is_refused(data: bytes | str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "store"
    if isinstance(data, str):
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute(data)
            connection.commit()
    else:
        path.write_bytes(data)
    with pytest.raises(ValueError, match=message):
        database.load(path)
    with pytest.raises(FileNotFoundError):
        database.load(tmp_path / "missing")
