"""The pytest plugin: fixtures, the marker ``s3mock``, the options, and the requests of a failed test in its report.

It is registered by entry point in every run, so nothing is imported here that a run without it would not import.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client, S3ServiceResource

    from s3mock.backend.journal import Entry, Journal
    from s3mock.control import S3
    from s3mock.control.snapshot import Snapshot
    from s3mock.journal.expectations import Times
    from s3mock.server import S3MockServer

MARKER = (
    "s3mock(buckets=None, faults=None, budget=None, share=False, **settings): run the test inside mock_s3(share=share, "
    "**settings); buckets are names, or a mapping of names to the objects in them, like {'data': {'a.csv': b'...'}}; "
    "faults are rows of the keywords of S3.fail, or one of them; budget is the most requests that the test may make, "
    "or a mapping of operations to such numbers"
)
BLOCK = "s3mock_block_aws"
BUDGET = "s3mock_budget"
BEFORE = pytest.StashKey["Mapping[Journal, int]"]()
"""The journals that are there when a test begins, and a number between their entries so far and those of the test."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, and the ini values of the same names."""
    text = "forbid every connection to AWS in the whole run, inside and outside of mock_s3"
    parser.addini(BLOCK, text, type="bool", default=False)
    group = parser.getgroup("s3mock")
    group.addoption("--s3mock-block-aws", action="store_true", default=None, dest=BLOCK, help=text)
    text = "fail each test that makes more than this number of requests to S3 and has no budget in its marker"
    parser.addini(BUDGET, text)
    group.addoption("--s3mock-budget", type=int, metavar="N", default=None, dest=BUDGET, help=text)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; forbid AWS if that was asked for. Raises UsageError for a budget that is no number."""
    config.addinivalue_line("markers", MARKER)
    budget = config.getini(BUDGET)
    if budget and not budget.isdecimal():
        raise pytest.UsageError(f"{BUDGET} is {budget!r}, but should be a number of requests")
    option = config.getoption(BLOCK, default=None)
    if config.getini(BLOCK) if option is None else option:
        from s3mock.process.patches import Patches  # noqa: PLC0415
        from s3mock.settings import Settings  # noqa: PLC0415
        from s3mock.transports import in_process  # noqa: PLC0415

        patches = Patches()
        in_process.forbid(patches, Settings(), f"{BLOCK} is set")
        config.add_cleanup(patches.restore)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let a marked test use the fixture ``s3mock``, whether it names it or not: first, so that others run inside."""
    names = getattr(item, "fixturenames", None)
    if names is not None and item.get_closest_marker("s3mock") is not None:
        names[:] = ["s3mock", *(name for name in names if name != "s3mock")]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, None, None]:
    """Keep the journals that begin during a test until it has been reported."""
    from s3mock.backend import journals  # noqa: PLC0415

    item.stash[BEFORE] = _numbers()
    outer, journals.begun = journals.begun, []
    try:
        yield
    finally:
        journals.begun = outer
        del item.stash[BEFORE]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Add the requests of a failed test to its report."""
    outcome = yield
    report: pytest.TestReport = outcome.get_result()
    entries = _entries_since(item.stash[BEFORE]) if report.failed and BEFORE in item.stash else []
    if entries:
        from s3mock.journal.printing import table  # noqa: PLC0415

        report.sections.append((f"s3mock {report.when}", table(entries)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, None]:
    """Fail a test that makes more requests than its budget, without those of its fixtures' setup."""
    before = _numbers()
    outcome = yield
    budget = _budget(item)
    if budget is None or outcome.excinfo is not None:
        return
    from s3mock.journal.expectations import over_budget  # noqa: PLC0415

    try:
        excess = over_budget(_entries_since(before), budget)
    except (TypeError, ValueError) as error:
        outcome.force_exception(error)
        return
    if excess:
        outcome.force_exception(pytest.fail.Exception(f"over the budget of requests to S3\n{excess}", pytrace=False))


def _budget(item: pytest.Item) -> Times | Mapping[str, Times] | None:
    """The budget of the closest marker that has one, otherwise that of the option or the ini value."""
    for mark in item.iter_markers("s3mock"):
        if mark.kwargs.get("budget") is not None:
            budget: Times | Mapping[str, Times] = mark.kwargs["budget"]
            return budget
    given = item.config.getoption(BUDGET, default=None)
    if given is None:
        given = item.config.getini(BUDGET) or None
    return None if given is None else int(given)


def _numbers() -> Mapping[Journal, int]:
    """A number for each journal, above those of its entries so far."""
    from s3mock.backend import journals  # noqa: PLC0415

    return {journal: journal.number() for journal in {*journals.alive, *(journals.begun or ())}}


def _entries_since(before: Mapping[Journal, int]) -> list[Entry]:
    """The entries of all journals since the numbers, those of one journal after those of another."""
    from s3mock.backend import journals  # noqa: PLC0415

    found = dict.fromkeys((*before, *(journals.begun or ()), *journals.alive))
    return [entry for journal in found for entry in journal.entries(before.get(journal, 0))]


@pytest.fixture
def s3mock(
    request: pytest.FixtureRequest, s3mock_seed: Callable[[S3], object] | None, _s3mock_seeds: _Seeds
) -> Iterator[S3]:
    """The control object of a mock that is active during the test.

    ``@pytest.mark.s3mock(bucket_defaults="current", buckets={"data": {"a.csv": b"..."}})`` gives its settings, and
    buckets that are there at the start; ``faults=[{"operation": "PutObject", "code": "SlowDown"}]`` are rules by which
    its requests fail. Markers of the test, its class and its module add up; the closest one wins.
    """
    from s3mock.mock import mock_s3  # noqa: PLC0415

    settings: dict[str, Any] = {}
    for mark in reversed(list(request.node.iter_markers("s3mock"))):
        if mark.args:
            raise pytest.UsageError(f"@pytest.mark.s3mock takes keywords only, not {mark.args!r}: {MARKER}")
        settings |= mark.kwargs
    settings.pop("budget", None)
    buckets, faults = settings.pop("buckets", None) or (), settings.pop("faults", None) or []
    with mock_s3(**settings) as s3:
        if s3mock_seed is not None and "load" not in settings:
            _s3mock_seeds.begin(s3, s3mock_seed)
        if buckets:
            s3.create_buckets(buckets)
        s3.faults.load(faults)
        yield s3


@pytest.fixture(scope="session")
def s3mock_seed() -> Callable[[S3], object] | None:
    """Override this in a ``conftest.py``: a function that fills an S3, with which every test then begins.

    It is called once in a session for each combination of settings; after that a test begins with what it has made,
    whatever other tests did to theirs.
    """
    return None


class _Seeds:
    """What the seed has made in this session, by the settings of the mock."""

    def __init__(self) -> None:
        self._made: list[tuple[dict[str, Any], Snapshot]] = []

    def begin(self, s3: S3, seed: Callable[[S3], object]) -> None:
        """Let an empty S3 begin with the seed."""
        settings = dict(s3.settings.given)
        for given, snapshot in self._made:
            if given == settings:
                s3.restore(snapshot)
                return
        seed(s3)
        snapshot = s3.snapshot()
        self._made.append((settings, snapshot))
        # Nor does the first test see how it was made: the requests of the seed are not its own.
        s3.reset()
        s3.restore(snapshot)


@pytest.fixture(scope="session")
def _s3mock_seeds() -> _Seeds:
    return _Seeds()


def _create(
    client: S3Client, name: str, objects: Mapping[str, Any], *, versioned: bool = False, **parameters: Any
) -> None:
    region = client.meta.region_name
    if region != "us-east-1":
        parameters.setdefault("CreateBucketConfiguration", {"LocationConstraint": region})
    client.create_bucket(Bucket=name, **parameters)
    if versioned:
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    from s3mock.models import content_type  # noqa: PLC0415

    for key, content in objects.items():
        body = content.encode() if isinstance(content, str) else content
        client.put_object(Bucket=name, Key=key, Body=body, ContentType=content_type.of_key(key))


@pytest.fixture
def aws_credentials(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Fake credentials and a region in the environment during the test; returned as keywords of ``boto3.client``."""
    from s3mock.models.credentials import ACCESS_KEY, SECRET_KEY  # noqa: PLC0415

    for variable in ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    return {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY, "region_name": "us-east-1"}


@pytest.fixture
def s3_client(s3mock: S3) -> S3Client:
    """A client of boto3 for the mock."""
    client: S3Client = s3mock.client()
    return client


@pytest.fixture
def s3_resource(s3mock: S3) -> S3ServiceResource:
    """A resource of boto3 for the mock."""
    resource: S3ServiceResource = s3mock.resource()
    return resource


@pytest.fixture
def s3_bucket_factory(s3_client: S3Client) -> Callable[..., str]:
    """A function that makes a bucket and returns its name.

    ``s3_bucket_factory(name=None, objects={}, versioned=False, **parameters)``: without a name it makes one up,
    ``objects`` maps keys to bytes or text, whose content types follow from the keys' extensions, and the parameters are
    those of ``create_bucket``.
    """
    made = 0

    def make(
        name: str | None = None, objects: Mapping[str, Any] | None = None, *, versioned: bool = False, **parameters: Any
    ) -> str:
        nonlocal made
        made += 1
        bucket = name or f"test-bucket-{made}"
        _create(s3_client, bucket, objects or {}, versioned=versioned, **parameters)
        return bucket

    return make


@pytest.fixture
def s3_bucket(s3_bucket_factory: Callable[..., str]) -> str:
    """The name of an empty bucket."""
    return s3_bucket_factory()


@pytest.fixture
def s3mock_server(s3mock: S3) -> Iterator[S3MockServer]:
    """A running server on the same store as the fixture ``s3mock``, for clients that are not Python or not answered."""
    from s3mock.server import S3MockServer  # noqa: PLC0415

    with S3MockServer(cloud=s3mock.cloud) as server:
        yield server


@pytest.fixture(scope="session")
def _s3mock_process() -> Iterator[S3MockServer]:
    from s3mock.server import S3MockServer  # noqa: PLC0415

    with S3MockServer(process=True) as server:
        yield server


@pytest.fixture
def s3mock_process(
    request: pytest.FixtureRequest,
    s3mock_seed: Callable[[S3], object] | None,
    _s3mock_seeds: _Seeds,
) -> S3MockServer:
    """A running server in a process of its own, for clients that hold the GIL. All tests of a session share it.

    It has an S3 of its own, which is empty at the beginning of each test, or has what the seed makes. So it cannot be
    used with the fixture ``s3mock``, by which boto3 is answered from another S3.
    """
    if "s3mock" in request.fixturenames:
        raise pytest.UsageError("s3mock_process has an S3 of its own: a test uses either it or s3mock and its marker")
    server: S3MockServer = request.getfixturevalue("_s3mock_process")
    server.s3.reset()
    if s3mock_seed is not None:
        _s3mock_seeds.begin(server.s3, s3mock_seed)
    return server


@pytest.fixture
def aio_s3_client(request: pytest.FixtureRequest) -> Any:
    """A client of aiobotocore for the mock, in the test's own event loop: of pytest-asyncio, or of anyio on asyncio."""
    if "anyio_backend" in request.fixturenames:
        return request.getfixturevalue("_anyio_s3_client")
    if request.config.pluginmanager.hasplugin("asyncio"):
        return request.getfixturevalue("_asyncio_s3_client")
    raise pytest.UsageError("aio_s3_client needs an event loop: install pytest-asyncio, or use anyio's mark")


async def _aio_s3_client(s3mock: S3) -> AsyncIterator[Any]:
    from aiobotocore.session import get_session  # noqa: PLC0415 - an optional library

    del s3mock
    async with get_session().create_client("s3") as client:
        yield client


_anyio_s3_client = pytest.fixture(name="_anyio_s3_client")(_aio_s3_client)

try:
    import pytest_asyncio
except ImportError:
    pass
else:
    _asyncio_s3_client = pytest_asyncio.fixture(name="_asyncio_s3_client")(_aio_s3_client)
