"""``S3MockServer(process=True)``: the control object is the same, and the process ends with its server."""

from __future__ import annotations

import gc
import inspect
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta, timezone
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from s3mock import DeliveryWarning, S3MockServer, SettingError, certificates
from s3mock.backend.cloud import Cloud
from s3mock.control import S3
from s3mock.control.clock import MovableClock
from s3mock.control.events import KeptEvents
from s3mock.control.faults import Fault, FiredFaults
from s3mock.errors import S3Error
from s3mock.journal import Requests
from s3mock.remote_control import NOT_HERE, RemoteFault
from s3mock.settings import Settings
from tests.support.children import in_fork

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

QUEUE = "arn:aws:sqs:us-east-1:123456789012:received"
ALLOW = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
KINDS = [False, True]
ids = {False: "thread", True: "process"}.get


@pytest.fixture(scope="module")
def running() -> Iterator[S3MockServer]:
    with S3MockServer(process=True, max_keys=7, accounts={"KEY": "111122223333"}) as server:
        yield server


@pytest.fixture
def server(running: S3MockServer) -> S3MockServer:
    """An empty server in another process."""
    running.s3.reset()
    return running


def client(s3: S3) -> S3Client:
    made: S3Client = s3.client(region_name="us-east-1")
    return made


def bucket(s3: S3, name: str = "photos") -> str:
    client(s3).create_bucket(Bucket=name)
    return name


def notify(s3: S3) -> None:
    """Make a bucket whose events go to a queue, without the test message."""
    configuration: Any = {"QueueConfigurations": [{"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"]}]}
    client(s3).put_bucket_notification_configuration(
        Bucket=bucket(s3), NotificationConfiguration=configuration, SkipDestinationValidation=True
    )


def put(s3: S3, key: str = "a") -> None:
    client(s3).put_object(Bucket="photos", Key=key, Body=b"meow")


def answer(s3: S3, event: Mapping[str, Any]) -> None:
    """Answer a GetObject of Object Lambda with the payload."""
    context, body = event["getObjectContext"], event["configuration"]["payload"].encode()
    route = {"RequestRoute": context["outputRoute"], "RequestToken": context["outputToken"]}
    s3.client(region_name="us-east-1", config=Config(inject_host_prefix=False)).write_get_object_response(
        Body=body, **route
    )


# The control object


def uses_events(s3: S3) -> Any:
    notify(s3)
    put(s3)
    kept = s3.events
    found = [event.key for event in kept.of(bucket="photos", name="ObjectCreated:*")]
    kept.clear()
    return type(kept).__base__ in {tuple, KeptEvents}, kept[0].record["eventName"], found, len(s3.events)


def uses_on_event(s3: S3) -> Any:
    notify(s3)
    received = []

    @s3.on_event(QUEUE)
    def receive(event: Any, context: Any) -> None:
        received.append((event["Records"][0]["s3"]["object"]["key"], context.function_name))

    put(s3)
    return received, s3.on_event(QUEUE, receive) is receive


def uses_object_lambda(s3: S3) -> Any:
    point = s3.add_access_point("points", bucket(s3))

    def shout(event: Mapping[str, Any]) -> None:
        answer(s3, event)

    made = s3.add_object_lambda("loud", point, shout, payload="MEOW", allowed_features=iter(["GetObject-Range"]))
    body = client(s3).get_object(Bucket=made.alias, Key="a")["Body"].read()
    s3.remove_access_point(made)
    return body, made.function is shout, made.features


def uses_clock(s3: S3) -> Any:
    moment = datetime(2031, 5, 1, tzinfo=timezone.utc)
    s3.clock.travel_to(moment)
    s3.clock.advance(timedelta(hours=1), minutes=1)
    assert s3.clock.timestamp() == pytest.approx(s3.clock.now().timestamp(), abs=60)
    moved: tuple[Any, ...] = (s3.clock.now() - moment) // timedelta(minutes=1), s3.clock.offset > 0
    with s3.clock.freeze() as clock:
        frozen = clock.is_frozen
        with clock.travel("2032-01-01"):
            travelled = clock.now()
        s3.clock.unfreeze()
    with s3.clock.reset():
        moved += (s3.clock.offset,)
    return moved, frozen, travelled, (s3.clock.now() - moment) // timedelta(minutes=1), s3.clock.is_frozen


def uses_reset(s3: S3) -> Any:
    bucket(s3)
    s3.clock.advance(days=1)
    s3.reset()
    return client(s3).list_buckets()["Buckets"], s3.clock.offset


def uses_remove_principal(s3: S3) -> Any:
    credentials = s3.add_principal("ann", json.dumps(ALLOW))
    s3.remove_principal(credentials)
    with pytest.raises(ClientError) as refused:
        s3.client(region_name="us-east-1", **credentials).list_buckets()
    return refused.value.response["Error"]["Code"]


def uses_deliver_logs(s3: S3) -> Any:
    configuration: Any = {"LoggingEnabled": {"TargetBucket": bucket(s3, "logs"), "TargetPrefix": "log/"}}
    client(s3).put_bucket_acl(Bucket="logs", ACL="log-delivery-write")  # type: ignore[arg-type]
    client(s3).put_bucket_logging(Bucket=bucket(s3), BucketLoggingStatus=configuration)
    put(s3)
    s3.deliver_logs()
    return client(s3).list_objects_v2(Bucket="logs")["KeyCount"]


def uses_access_point_policy(s3: S3) -> Any:
    point = s3.add_access_point("points", bucket(s3), vpc_id="vpc-1")
    allow: Any = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{point.arn}/object/*"}
    changed = s3.put_access_point_policy(point, {"Version": "2012-10-17", "Statement": [allow]})
    return point.vpc_id, changed.policy


def uses_requests(s3: S3) -> Any:
    s3.requests.clear()
    put(s3, bucket(s3))
    s3.client(config=Config(signature_version=UNSIGNED), region_name="us-east-1").list_buckets()
    found = s3.requests.of("PutObject", Key=lambda key: key == "photos")
    s3.assert_called("PutObject", times=1, Key="photos")
    with pytest.raises(AssertionError, match="GetObject: expected once, was never"), s3.expect(GetObject=1):
        put(s3)
    costs = str(s3.cost(times=1000)), str(s3.requests.cost())
    text, entry, callers = str(s3.requests), found[0], [entry.caller for entry in s3.requests]
    s3.requests.clear()
    return re.sub(" +", " ", text), entry.parameters["Key"], entry.line, callers, len(s3.requests), costs


def uses_faults(s3: S3) -> Any:
    bucket(s3)
    with s3.fail("PutObject", code="AccessDenied", key="b") as fault:
        with pytest.raises(ClientError, match="AccessDenied"):
            put(s3, "b")
        fired = fault.fired[0].key, fault.seen, fault.rule.row(), repr(fault), len(s3.faults.rules)
    assert s3.faults.rules == ()
    (loaded,) = s3.faults.load([{"operation": "GetObject", "code": "SlowDown"}])
    rows = s3.faults.rows()
    loaded.remove()
    met = len(s3.faults), str(s3.faults).partition("  ")[2]  # without its time
    s3.faults.clear()
    return fired, rows, met, len(s3.faults)


def uses_folders(s3: S3) -> Any:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (Path("in") / "b").mkdir(parents=True)
        (Path("in") / "b" / "c.txt").write_text("meow")
        s3.load_dir("in", "photos", "a/")
        dumped = s3.dump_dir(Path("out"), "photos")
        return dumped, (Path("out") / "a" / "b" / "c.txt").read_text()


def uses_files_of_state(s3: S3) -> Any:
    s3.create_buckets("photos")
    before = s3.snapshot()
    s3.put_synthetic("photos", "huge", "5 TB")
    with tempfile.TemporaryDirectory() as folder:
        s3.save(f"{folder}/s3")
        s3.reset()
        s3.load(f"{folder}/s3")
    changed = [str(each) for each in s3.diff(before)]
    return changed, client(s3).head_object(Bucket="photos", Key="huge")["ContentLength"]


def uses_snapshots(s3: S3) -> Any:
    s3.create_buckets({"photos": {"a": "1", "b": b"2"}}, "eu-west-1")
    s3.add_object_lambda("loud", s3.add_access_point("points", "photos"), lambda event: answer(s3, event), payload="HI")
    snapshot = s3.snapshot()
    with s3.fork() as same:
        put(s3, "c")
        inside = client(s3).list_objects_v2(Bucket="photos")["KeyCount"], same is s3
    after = client(s3).list_objects_v2(Bucket="photos")["KeyCount"]
    s3.reset()
    s3.restore(snapshot)
    with pytest.raises(TypeError, match="restore takes a snapshot"):
        s3.restore("yesterday")  # type: ignore[arg-type]
    return repr(snapshot), inside, after, client(s3).list_objects_v2(Bucket="photos")["KeyCount"]


def uses_tree(s3: S3) -> Any:
    bucket(s3)
    put(s3)
    shown = s3.tree(), str(s3), s3._repr_html_()
    return [re.sub("[0-9]{4}-[0-9]{2}-[0-9]{2}.[0-9]{2}:[0-9]{2}:[0-9]{2}", "(time)", text) for text in shown]


USES: dict[str, Callable[[S3], Any]] = {
    "add_access_point": lambda s3: s3.add_access_point("points", bucket(s3), account="111122223333"),
    "add_multi_region_access_point": lambda s3: s3.add_multi_region_access_point("many", bucket(s3)).buckets,
    "add_object_lambda": uses_object_lambda,
    "add_principal": lambda s3: sorted(s3.add_principal("role/r", (p for p in [ALLOW]), keys={"a:b": {"c": 1}.keys()})),
    "create_buckets": uses_snapshots,
    "diff": uses_files_of_state,
    "dump_dir": uses_folders,
    "fork": uses_snapshots,
    "load": uses_files_of_state,
    "load_dir": uses_folders,
    "put_synthetic": uses_files_of_state,
    "restore": uses_snapshots,
    "save": uses_files_of_state,
    "snapshot": uses_snapshots,
    "assert_called": uses_requests,
    "cost": uses_requests,
    "expect": uses_requests,
    "client": lambda s3: client(s3).list_buckets()["Buckets"],
    "clock": uses_clock,
    "deliver_logs": uses_deliver_logs,
    "duckdb_secret_sql": lambda s3: s3.duckdb_secret_sql("mine").partition("ENDPOINT")[0],
    "ended": lambda s3: s3.ended,
    "env": lambda s3: sorted(s3.env()),
    "events": uses_events,
    "fail": uses_faults,
    "faults": uses_faults,
    "explain": lambda s3: str(s3.explain("s3:GetObject", f"arn:aws:s3:::{bucket(s3)}/a", keys={"aws:SourceIp": "::1"})),
    "on_event": uses_on_event,
    "polars_storage_options": lambda s3: sorted(s3.polars_storage_options()),
    "put_access_point_policy": uses_access_point_policy,
    "pyarrow_filesystem": lambda s3: s3.pyarrow_filesystem().get_file_info(bucket(s3)).type,
    "remove_access_point": lambda s3: s3.remove_access_point(s3.add_access_point("points", bucket(s3))),
    "remove_principal": uses_remove_principal,
    "requests": uses_requests,
    "reset": uses_reset,
    "resource": lambda s3: [made.name for made in s3.resource(region_name="us-east-1").buckets.all()],
    "tree": uses_tree,
    "doctor": lambda s3: str(s3.doctor()),
    "settings": lambda s3: (s3.settings.max_keys, dict(s3.settings.accounts), s3.settings.verify_signatures),
    "storage_options": lambda s3: sorted(s3.storage_options()),
}
"""Something to do with each member of the control object, and what it comes to."""


def public(thing: object) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


def test_every_member_of_the_control_object_is_tried_or_has_a_reason() -> None:
    assert USES.keys() | NOT_HERE.keys() == public(S3(Cloud(Settings())))
    source = "".join(map(inspect.getsource, (uses_clock, uses_events, uses_faults, uses_requests)))
    tuples = public(KeptEvents) | public(FiredFaults) | public(Requests)
    added = public(MovableClock) | public(Fault) | tuples - public(tuple) - {"all_of"}
    assert {name for name in added if f".{name}" not in source} == set()


@pytest.mark.parametrize("name", USES)
def test_a_member_of_the_control_object_does_the_same_in_a_process(server: S3MockServer, name: str) -> None:
    with S3MockServer(max_keys=7, accounts={"KEY": "111122223333"}) as beside:
        expected = USES[name](beside.s3)
    assert USES[name](server.s3) == expected


@pytest.mark.parametrize("name", NOT_HERE)
def test_what_cannot_be_there_says_what_to_do(server: S3MockServer, name: str) -> None:
    for thing in server, server.s3:
        with pytest.raises(RuntimeError, match=re.escape(NOT_HERE[name])):
            getattr(thing, name)


async def coroutine_function(event: Any) -> None:
    """A function that Lambda would not wait for."""


class Unknown:
    """A class that cannot be pickled."""

    def __reduce__(self) -> str:
        raise ValueError("not this one")


REFUSALS: dict[str, Callable[[S3], Any]] = {
    "an error of S3": lambda s3: s3.add_access_point("points", "missing"),
    "an error of S3 with a note": lambda s3: s3.add_access_point("Points", bucket(s3)),
    "a value": lambda s3: s3.explain("s3:Nothing", "*"),
    "a unit": lambda s3: s3.clock.advance(fortnights=1),
    "a negative duration": lambda s3: s3.clock.advance(days=-1),
    "a moment": lambda s3: s3.clock.travel_to("today"),
    "an event": lambda s3: s3.events.of(name="ObjectFound"),
    "an ARN": lambda s3: s3.on_event("arn:aws:sns:us-east-1:123456789012:a.fifo", print),
    "an ARN of a decorator": lambda s3: s3.on_event("here"),
    "no function": lambda s3: s3.on_event(QUEUE, 5),  # type: ignore[call-overload]
    "a coroutine function": lambda s3: s3.on_event(QUEUE, coroutine_function),
    "a function of three": lambda s3: s3.on_event(QUEUE, lambda _a, _b, _c: None),
    "too many arguments": lambda s3: s3.reset(1),  # type: ignore[call-arg]
}


@pytest.mark.parametrize("name", REFUSALS)
def test_an_exception_is_the_same_in_a_process(server: S3MockServer, name: str) -> None:
    raised = []
    with S3MockServer() as beside:
        for s3 in beside.s3, server.s3:
            with pytest.raises(Exception) as caught:
                REFUSALS[name](s3)
            raised.append(caught.value)
    thread, process = raised
    assert type(process) is type(thread)
    text = [re.sub("0x[0-9a-f]+|RemoteS3|S3", "", str(error)) for error in raised]
    assert text[0] == text[1]
    assert vars(process) == vars(thread)


def test_an_argument_that_cannot_be_sent_is_an_error_that_says_so(
    server: S3MockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TypeError, match="cannot be sent to another process: not this one"):
        server.s3.explain("s3:GetObject", Unknown())  # type: ignore[arg-type]
    only_here: Any = ModuleType("only_here")
    only_here.Text = type("Text", (str,), {"__module__": "only_here"})
    monkeypatch.setitem(sys.modules, "only_here", only_here)
    with pytest.raises(TypeError, match="cannot be received from another process: No module named 'only_here'"):
        server.s3.explain("s3:GetObject", only_here.Text())
    assert server.s3.clock.offset == 0


def test_threads_use_the_control_object_at_once(server: S3MockServer) -> None:
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for at in range(20):
                point = server.s3.add_access_point(f"point-{number}-{at}", "photos")
                assert point.name == f"point-{number}-{at}"
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    bucket(server.s3)
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


# Functions


def test_a_function_runs_in_the_thread_whose_call_led_to_it_and_may_use_the_control_object(
    server: S3MockServer,
) -> None:
    s3 = server.s3
    notify(s3)
    threads, offsets = [], []

    def receive(event: Any) -> None:
        threads.append(threading.current_thread())
        offsets.append(s3.clock.offset)
        if event["Records"][0]["s3"]["object"]["key"] == "first":
            put(s3, "second")

    s3.on_event(QUEUE, receive)
    rule: Any = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
    client(s3).put_bucket_lifecycle_configuration(Bucket="photos", LifecycleConfiguration={"Rules": [rule]})
    configuration: Any = {"QueueConfigurations": [{"QueueArn": QUEUE, "Events": ["s3:LifecycleExpiration:*"]}]}
    put(s3, "first")
    assert len(threads) == 2
    assert threading.main_thread() not in threads
    client(s3).put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration=configuration, SkipDestinationValidation=True
    )
    threads.clear()
    s3.clock.advance(days=3)
    assert threads == [threading.main_thread()] * 2
    assert offsets[-1] == timedelta(days=3).total_seconds()


class OurError(Exception):
    """An error that the other process does not know."""


def failing(event: Any) -> None:
    raise OurError("no room")


def test_an_exception_of_a_function_is_a_warning_in_this_process(server: S3MockServer) -> None:
    notify(server.s3)
    server.s3.on_event(QUEUE, failing)
    with pytest.warns(DeliveryWarning, match=f"{QUEUE} raised OurError for an event: no room"):
        put(server.s3)


def lifecycle(s3: S3) -> None:
    """Let a rule remove an object when the clock moves by three days, with an event."""
    rule: Any = {"ID": "r", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
    configuration: Any = {"QueueConfigurations": [{"QueueArn": QUEUE, "Events": ["s3:LifecycleExpiration:*"]}]}
    client(s3).put_bucket_notification_configuration(
        Bucket=bucket(s3), NotificationConfiguration=configuration, SkipDestinationValidation=True
    )
    client(s3).put_bucket_lifecycle_configuration(Bucket="photos", LifecycleConfiguration={"Rules": [rule]})
    put(s3)


def test_a_filter_of_this_process_makes_the_warning_an_error_of_the_call(server: S3MockServer) -> None:
    lifecycle(server.s3)
    server.s3.on_event(QUEUE, failing)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DeliveryWarning, match="OurError"):
            server.s3.clock.advance(days=3)


def test_an_interrupt_in_a_function_ends_the_call(server: S3MockServer) -> None:
    def interrupt(event: Any) -> None:
        raise KeyboardInterrupt

    lifecycle(server.s3)
    server.s3.on_event(QUEUE, interrupt)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(KeyboardInterrupt):
            server.s3.clock.advance(days=3)
    assert server.s3.clock.offset > 0


# Construction


def test_errors_of_the_construction_are_those_of_a_server_in_a_thread(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cannot create A: InvalidBucketName"):
        S3MockServer(process=True, buckets="A")
    with pytest.raises(TypeError, match="there is no setting 'color'"):
        S3MockServer(process=True, color="red")
    with pytest.raises(SettingError, match="max_keys is 0"):
        S3MockServer(process=True, max_keys=0)
    with pytest.raises(FileNotFoundError):
        S3MockServer(process=True, tls=tmp_path / "missing.pem")


def test_the_environment_gives_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3MOCK_MAX_KEYS", "many")
    with pytest.raises(SettingError, match="S3MOCK_MAX_KEYS is 'many'"):
        S3MockServer(process=True)
    monkeypatch.setenv("S3MOCK_MAX_KEYS", "3")
    with S3MockServer(process=True, buckets={"photos": dict.fromkeys("abcde", "")}) as server:
        assert client(server.s3).list_objects_v2(Bucket="photos")["KeyCount"] == 3
        monkeypatch.setenv("S3MOCK_MAX_KEYS", "4")
        assert server.s3.settings.max_keys == 3


def test_a_cloud_and_an_ssl_context_cannot_go_to_another_process() -> None:
    with pytest.raises(TypeError, match="a cloud cannot go to another process"):
        S3MockServer(process=True, cloud=Cloud(Settings()))
    with pytest.raises(TypeError, match=r"an SSLContext cannot go to another process.*make_files"):
        S3MockServer(process=True, tls=certificates.make()[0])


def test_the_files_of_a_certificate_are_found_again_from_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, ca = certificates.make_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    server = S3MockServer(process=True, tls=("s3mock.pem", "s3mock.pem"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for _ in range(2):
        with server:
            s3 = server.s3.client(region_name="us-east-1", verify=str(ca))
            assert s3.list_buckets()["Buckets"] == []


@pytest.mark.parametrize("process", KINDS, ids=ids)
def test_a_server_speaks_https_with_the_certificate_in_a_file(tmp_path: Path, process: bool) -> None:
    certificate, ca = certificates.make_files(tmp_path)
    for tls in certificate, str(certificate), (certificate, certificate):
        with S3MockServer(process=process, tls=tls, buckets="photos") as server:
            assert server.endpoint_url == f"https://127.0.0.1:{server.port}"
            s3 = server.s3.client(region_name="us-east-1", verify=str(ca))
            assert [made["Name"] for made in s3.list_buckets()["Buckets"]] == ["photos"]


# The life of the process


def pid_of(server: S3MockServer) -> int:
    """The process that answers."""
    process: Any = server._process
    pid: int = process._running._process.pid
    return pid


def is_gone(pid: int) -> bool:
    """Whether a child of this process has ended and is no zombie."""
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    return True


@pytest.mark.parametrize("process", KINDS, ids=ids)
def test_stop_and_start_keep_everything(process: bool) -> None:
    server = S3MockServer(process=process, buckets={"before": {"a": "1"}})
    s3, received = server.s3, []
    with server:
        notify(s3)
        s3.on_event(QUEUE, lambda event: received.append(event["Records"][0]["s3"]["object"]["key"]))
        point = s3.add_access_point("points", "photos")
        loud = s3.add_object_lambda("loud", point, lambda event: answer(s3, event), payload="MEOW")
        ann = s3.add_principal("ann", ALLOW)
        put(s3, "one")
        s3.clock.advance(days=2)
    with pytest.raises(RuntimeError, match="call start"):
        s3.client()
    with server:
        assert [made["Name"] for made in client(s3).list_buckets()["Buckets"]] == ["before", "photos"]
        assert client(s3).get_object(Bucket="before", Key="a")["Body"].read() == b"1"
        put(s3, "two")
        assert received == ["one", "two"]
        assert [event.key for event in s3.events] == received
        assert s3.clock.offset == timedelta(days=2).total_seconds()
        assert s3.explain("s3:GetObject", "arn:aws:s3:::photos/one", by=ann)
        assert client(s3).get_object(Bucket=loud.alias, Key="a")["Body"].read() == b"MEOW"


@pytest.mark.parametrize("folder", [False, True], ids={False: "memory", True: "folder"}.get)
def test_snapshots_have_the_bytes_of_large_objects(tmp_path: Path, folder: bool) -> None:
    large = bytes(range(256)) * 100  # a file of its own in a data folder
    with S3MockServer(process=True, data_dir=tmp_path if folder else None, buckets={"lake": {"a": large}}) as server:
        s3, lake = server.s3, client(server.s3)
        before = s3.snapshot()
        assert not s3.diff(before)
        with s3.fork():
            lake.delete_object(Bucket="lake", Key="a")
        assert lake.get_object(Bucket="lake", Key="a")["Body"].read() == large
        lake.put_object(Bucket="lake", Key="a", Body=b"small")
        assert s3.diff(before)
        s3.restore(before)
        assert lake.get_object(Bucket="lake", Key="a")["Body"].read() == large


def test_a_synthetic_object_is_no_more_than_its_size_after_stop_and_start(tmp_path: Path) -> None:
    server = S3MockServer(process=True, buckets="lake")
    with server:
        server.s3.put_synthetic("lake", "huge", "5 TB")
    with server:
        server.s3.restore(server.s3.snapshot())
        server.s3.save(tmp_path / "saved")  # its bytes would fill any disk
    assert (tmp_path / "saved").stat().st_size < 1 << 20


def test_the_process_ends_with_stop() -> None:
    server = S3MockServer(process=True)
    server.s3.add_principal("ann")
    with server:
        pid = pid_of(server)
        assert pid != os.getpid()
        kept = HTTPConnection("127.0.0.1", server.port)
        kept.request("GET", "/_s3mock/health")
        kept.getresponse().read()
    with closing(kept):
        assert kept.sock.recv(1) == b""
    assert is_gone(pid)
    with pytest.raises(RuntimeError, match="its process has ended: call start"):
        server.s3.events  # noqa: B018
    server.stop()
    server.start()
    assert pid_of(server) != pid
    with pytest.raises(RuntimeError, match="running already"):
        server.start()
    server.stop()


def test_a_port_in_use_is_the_same_error() -> None:
    with S3MockServer() as other:
        server = S3MockServer(port=other.port, process=True)
        with pytest.raises(OSError, match=f"cannot listen on port {other.port} of 127.0.0.1: Address already in use"):
            server.start()
    with server:
        assert client(server.s3).list_buckets()["Buckets"] == []


def test_a_server_that_nobody_holds_ends() -> None:
    server = S3MockServer(process=True)
    server.start()
    pid = pid_of(server)
    del server
    gc.collect()
    assert is_gone(pid)


def test_a_fault_rule_that_nobody_holds_is_not_kept_in_the_process(server: S3MockServer) -> None:
    fault = server.s3.fail("PutObject", code="SlowDown")
    assert isinstance(fault, RemoteFault)
    assert server._process is not None
    number = fault._kept.number
    assert server._process.member((number, "seen"), None, {}) == 0
    del fault
    gc.collect()
    with pytest.raises(KeyError, match=str(number)):
        server._process.member((number, "seen"), None, {})
    assert len(server.s3.faults.rules) == 1  # the rule stays in force


def test_nothing_is_left_of_200_control_calls_and_a_few_servers() -> None:
    def descriptors() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    with S3MockServer(process=True):
        pass
    before, threads = descriptors(), threading.active_count()
    for _ in range(3):
        with S3MockServer(process=True) as server:
            for _ in range(70):
                server.s3.clock.now()
    assert (descriptors(), threading.active_count()) == (before, threads)


PARENT = """
import sys
from s3mock import S3MockServer
server = S3MockServer(process=True, buckets="photos")
server.start()
print(server.port, server._process._running._process.pid, flush=True)
sys.stdin.readline()
{then}
"""
ENDS = {
    "killed": "sys.stdin.read()",
    "exit": "",
    "error": "raise SystemExit(3)",
    "os._exit": "import os; os._exit(0)",
    "killed with a forked child": "import os; pid = os.fork(); print('forked', pid, flush=True); sys.stdin.read()",
}


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux can wait for the end of another's child")
@pytest.mark.parametrize("kind", ENDS)
def test_the_process_ends_with_its_parent(kind: str) -> None:
    code = PARENT.format(then=ENDS[kind])
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin
        assert parent.stdout
        port, pid = map(int, parent.stdout.readline().split())
        ended = os.pidfd_open(pid)
        parent.stdin.write(b"\n")
        parent.stdin.flush()
        if "forked" in kind:
            assert parent.stdout.readline().startswith(b"forked")
        if kind.startswith("killed"):
            parent.send_signal(signal.SIGKILL)
        assert select.select([ended], [], [], 30)[0] == [ended]
        os.close(ended)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        parent.stdin.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_forked_child_has_clients_and_leaves_the_control_to_its_parent(server: S3MockServer) -> None:
    s3 = client(server.s3)

    def child() -> None:
        s3.create_bucket(Bucket="from-the-child")
        with pytest.raises(RuntimeError, match="forked from the one that controls the server"):
            server.s3.reset()
        server.stop()

    for _ in range(3):
        server.s3.reset()
        assert in_fork(child) == 0
        assert [made["Name"] for made in s3.list_buckets()["Buckets"]] == ["from-the-child"]


def test_a_process_that_does_not_start_is_an_error_with_its_stderr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho cannot load the library >&2\nexit 7\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(RuntimeError, match=r"(?s)ended with status 7\. cannot load the library"):
        S3MockServer(process=True)


def test_a_process_that_dies_is_an_error_of_the_next_call(capsys: pytest.CaptureFixture[str]) -> None:
    with S3MockServer(process=True, buckets="photos") as server:
        pid = pid_of(server)
        os.kill(pid, signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(RuntimeError, match="the process of the server has ended with status -9"):
                server.s3.clock.now()
    assert "ended before stop" in capsys.readouterr().err
    assert is_gone(pid)
    with server:  # with what it had at its start, or at the last stop()
        assert [made["Name"] for made in client(server.s3).list_buckets()["Buckets"]] == ["photos"]


def test_what_is_written_to_stderr_is_shown_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    with S3MockServer(process=True) as server:
        point = server.s3.add_access_point("points", bucket(server.s3))
        made = server.s3.add_object_lambda("loud", point, failing)
        with pytest.raises(ClientError, match="LambdaRuntimeError"):
            client(server.s3).get_object(Bucket=made.alias, Key="a")
    text = capsys.readouterr().err
    assert "The function of arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/loud failed" in text
    assert 'raise OurError("no room")' in text


def test_an_interrupt_of_the_terminal_does_not_end_the_process(server: S3MockServer) -> None:
    os.kill(pid_of(server), signal.SIGINT)
    assert server.s3.clock.offset == 0
    assert client(server.s3).list_buckets()["Buckets"] == []


def test_the_process_imports_what_this_one_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "typing.py").write_text("raise RuntimeError('the wrong module')")
    monkeypatch.chdir(tmp_path)
    with S3MockServer(process=True) as server:
        assert server.s3.clock.offset == 0


def test_an_error_of_s3_can_be_pickled_with_all_it_has() -> None:
    import pickle  # noqa: PLC0415

    error = S3Error("NoSuchKey", Key="a", VersionId=None)
    error.add_note("which was deleted") if hasattr(error, "add_note") else None
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), vars(again)) == (str(error), vars(error))
