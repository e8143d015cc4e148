"""Fixtures and hooks for all tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import botocore
import botocore.session
import pytest
from botocore.config import Config
from botocore.loaders import create_loader
from hypothesis import settings

from s3mock import mock_s3
from s3mock.backend.cloud import Cloud
from s3mock.server import S3MockServer
from s3mock.settings import Settings
from tests.support.directory_buckets import create_directory_bucket
from tests.support.installed_model import needs_newer
from tests.support.operations import missing
from tests.support.raw_requests import ask
from tests.support.recordings import RECORDINGS, cannot, recordings
from tests.support.search import search

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3


settings.register_profile("usual", search(100))
settings.load_profile("usual")

SLOW = {
    "test_benchmarks.py",
    "test_children.py",
    "test_configuration.py",
    "test_decorated_class.py",
    "test_docs.py",
    "test_listing_properties.py",
    "test_managed_transfers.py",
    "test_model_of_objects.py",
    "test_nothing_reaches_aws.py",
    "test_pytest_plugin.py",
    "test_resource_api.py",
    "test_server_process.py",
    "test_with_moto.py",
}
"""The slow files, which ``make quick`` leaves out."""

TOO_NEW = pytest.StashKey[int]()
"""The number of tests that need a newer botocore."""

collect_ignore = [] if RECORDINGS.is_dir() else ["test_recordings.py"]

# The modules with fixtures.
pytest_plugins = [
    f"tests.support.{module}"
    for module in (
        "access_logs",
        "annotations",
        "archives",
        "browser",
        "http_clients",
        "lambda_functions",
        "lifecycles",
        "locks",
        "replication",
    )
]


@pytest.fixture(scope="session", autouse=True)
def one_cache_of_models() -> Iterator[None]:
    """Share what botocore reads from its JSON files between all sessions.

    Each mock gets a new default session, and the first client of a session takes 60 ms: 50 of them to read these files.
    """
    caches: dict[str | None, Any] = {}

    def create_cached(search_path: str | None = None) -> Any:
        loader: Any = create_loader(search_path)
        loader._cache = caches.setdefault(search_path, loader._cache)
        return loader

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", create_cached)
        yield


@pytest.fixture
def s3(request: pytest.FixtureRequest) -> Iterator[S3Client]:
    """A client of a fresh, empty S3 in us-east-1, with the settings that the test's or its file's mark names."""
    mark = request.node.get_closest_marker("settings")
    with mock_s3(**mark.kwargs if mark else {}) as mock:
        yield mock.client(region_name="us-east-1")


@pytest.fixture
def mock(s3: S3Client) -> Iterator[S3]:
    """The control object of the S3 that the client ``s3`` talks to."""
    del s3
    with mock_s3() as control:
        yield control


@pytest.fixture
def bucket(s3: S3Client) -> str:
    """The name of an empty bucket."""
    s3.create_bucket(Bucket="a-bucket")
    return "a-bucket"


@pytest.fixture
def versioned(s3: S3Client, bucket: str) -> str:
    """The name of an empty bucket that keeps versions."""
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket


@pytest.fixture
def unchecked() -> Iterator[S3Client]:
    """A client that sends what botocore would refuse to send, without retries."""
    once = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    with mock_s3() as mock:
        yield mock.client(region_name="us-east-1", config=once)


@pytest.fixture
def empty_cloud() -> Cloud:
    """An empty cloud, for requests that botocore would not send."""
    return Cloud(Settings())


@pytest.fixture
def cloud(empty_cloud: Cloud) -> Cloud:
    """A cloud with the empty bucket "a-bucket"."""
    ask(empty_cloud, "PUT", "/a-bucket")
    return empty_cloud


@pytest.fixture
def server() -> Iterator[S3MockServer]:
    """A running server with an empty S3."""
    with S3MockServer() as server:
        yield server


@pytest.fixture
def west() -> Iterator[S3Client]:
    """A client of a fresh, empty S3 in us-west-2."""
    with mock_s3() as mock:
        yield mock.client(region_name="us-west-2")


@pytest.fixture
def directory(west: S3Client) -> str:
    """The name of an empty directory bucket in us-west-2."""
    return create_directory_bucket(west, "photos--usw2-az1--x-s3")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that skips in CI, where everything that tests need is installed: the skip would hide a problem."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which is a failure in CI: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a whole file that skips in CI, as by ``pytest.importorskip`` at its top."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which is a failure in CI: {report.longrepr}"
    return report


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--quick``, which ``make quick`` gives."""
    parser.addoption("--quick", action="store_true", help="only the first case of each test, and no file of SLOW")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what is not quick under ``--quick``, and what the installed botocore's model of S3 is too old for.

    Refuse a test id with a memory address in it: it would differ between xdist's processes.
    """
    nameless = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if nameless:
        raise pytest.UsageError(f"give these tests names (ids=...): {nameless}")
    if newer := [item for item in items if needs_newer(item)]:
        config.stash[TOO_NEW] = len(newer)
        config.hook.pytest_deselected(items=newer)
        items[:] = [item for item in items if item not in newer]
    if config.getoption("quick"):
        first = {item.nodeid.partition("[")[0]: item for item in reversed(items) if item.path.name not in SLOW}
        quick = set(first.values())
        config.hook.pytest_deselected(items=[item for item in items if item not in quick])
        items[:] = [item for item in items if item in quick]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report the operations of a botocore that is newer than s3mock: each is a 501, and no failure.

    Report also how many tests need a newer one, and how many of the conversations recorded from S3 are replayed.
    """
    if count := terminalreporter.config.stash.get(TOO_NEW, 0):
        terminalreporter.write_line(f"botocore {botocore.__version__} lacks what {count} tests need: they were not run")
    if lacking := missing():
        terminalreporter.write_line(f"botocore {botocore.__version__} has operations that s3mock lacks: {lacking}")
    if not RECORDINGS.is_dir():
        terminalreporter.write_line(f"no conversation recorded from S3 was replayed: there is no folder {RECORDINGS}")
    elif any("test_recordings.py" in report.nodeid for report in terminalreporter.stats.get("passed", [])):
        from tests.support.recorded_requests import REQUESTS  # noqa: PLC0415 - it imports moto, which old botocores lack

        names = recordings().keys()
        impossible = sum(map(cannot, names))
        terminalreporter.write_line(
            f"recorded from S3: {len(REQUESTS)} of {len(names)} conversations replayed, {impossible} cannot be,"
            f" {len(names) - len(REQUESTS) - impossible} have no requests yet"
        )
