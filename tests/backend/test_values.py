"""The values of a store become JSON and come back the same; their form changes only on purpose."""

from __future__ import annotations

import ast
import inspect
import json
import sys
import typing
from dataclasses import MISSING, dataclass, is_dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

import freezegun
import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3mock import mock_s3
from s3mock.backend.access.identities import Identities, Principals
from s3mock.backend.access_points.by_name import AccessPoints
from s3mock.backend.agenda import Agenda
from s3mock.backend.blobs import Blob
from s3mock.backend.bucket_state import BucketState
from s3mock.backend.keys import KeyIndex
from s3mock.backend.persistence import values
from s3mock.backend.replication import Task
from s3mock.backend.reports.pending_logs import PendingLogs
from s3mock.backend.store import Store
from s3mock.models.access_points import AccessPoint, MultiRegionAccessPoint
from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint
from s3mock.models.account import Account, account
from s3mock.models.checksums import Checksum
from s3mock.models.logging import Logging
from s3mock.models.notification import KINDS, Kind
from s3mock.models.policy import Policy
from s3mock.models.version import Version
from tests.support import full_store
from tests.support.full_store import SETTINGS, fill

FIELDS = Path(__file__).with_name("fields_of_values.txt")
ADVICE = """
The fields of values that a store has are not those in {path}, and stores are on people's disks in this form.
A new field needs a default that is right for every value that was stored without it; a default must not change, since
fields at their defaults are left out. For anything else raise database.FORMAT and add a row to database.MIGRATIONS.
Then write the file anew: python -m tests.backend.test_values
"""


def round_trip(value: Any) -> Any:
    pieces: list[Any] = []

    def place(piece: Any) -> list[Any]:
        pieces.append(piece)
        return [len(pieces) - 1]

    return values.Reader(lambda at: pieces[at[0]]).loads(values.dumps(value, place))


def form_of_values() -> str:
    lines = []
    for tag, place in values.CLASSES.items():
        module, _, name = place.partition(":")
        cls = getattr(import_module(module), name)
        fields = [
            field if default is MISSING else f"{field}={_default(default)}"
            for field, default in values.fields_of(cls).items()
        ]
        lines.append(f"{tag}: {', '.join(fields)}")
    return "\n".join(lines) + "\n"


def _default(value: Any) -> str:
    if value is None or isinstance(value, (str, bool, int)):
        return repr(value)
    return values.dumps(value, lambda _: [])


def test_the_form_of_stored_values_changes_only_on_purpose() -> None:
    assert form_of_values() == FIELDS.read_text(encoding="utf-8"), ADVICE.format(path=FIELDS.name)


IN_TABLES = {Store, BucketState, Agenda, PendingLogs, KeyIndex, AccessPoints, Identities, Principals}
"""What the tables of the database are made of."""

BY_THEMSELVES = {Account, Kind, Policy}
"""What is written in a form of its own; that of a policy is its text."""

PROTOCOLS: dict[str, list[type]] = {
    "Point": [AccessPoint, MultiRegionAccessPoint, ObjectLambdaAccessPoint],
    "Bytes": [],
}


def classes_of_a_store() -> set[type]:
    """The classes that annotations say a store has values of; and a task, which is in work as anything."""
    found: set[type] = set()
    waiting: list[Any] = [Store, Task, values.NamedFunction]
    while waiting:
        annotation = waiting.pop()
        waiting += typing.get_args(annotation)
        cls = typing.get_origin(annotation) or annotation
        if not isinstance(cls, type) or not cls.__module__.startswith("s3mock") or cls in found:
            continue
        if cls.__name__ in PROTOCOLS:
            waiting += PROTOCOLS[cls.__name__]
            continue
        found.add(cls)
        if cls not in {KeyIndex, *BY_THEMSELVES} and (is_dataclass(cls) or hasattr(cls, "_fields")):
            names = _names(sys.modules[cls.__module__])
            hints = typing.get_type_hints(cls, names, names)
            waiting += [hints[name] for name in values.fields_of(cls)]
    return found


def _names(module: ModuleType) -> dict[str, Any]:
    """What the annotations of a module may name, including what it imports for them alone."""
    names = dict(vars(module))
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for statement in node.body:
                exec(compile(ast.Module([statement], []), module.__name__, "exec"), names)
    return names


def test_every_class_of_which_a_store_has_values_has_a_tag() -> None:
    with_tags = set()
    for place in values.CLASSES.values():
        module, _, name = place.partition(":")
        with_tags.add(getattr(import_module(module), name))
    assert with_tags == classes_of_a_store() - IN_TABLES - BY_THEMSELVES


def test_everything_in_a_full_store_comes_back_the_same() -> None:
    with mock_s3(**SETTINGS) as mock:
        fill(mock)
        store = mock.cloud.snapshot()
    parts: list[Any] = [*store.access_points, *store.identities, *store.principals]
    indices: list[KeyIndex[Any]] = [store.agenda.entries, store.events, store.logs.records]
    for state in store.buckets.values():
        parts += [state.identity, state.configuration]
        indices += [state.keys, state.uploads, state.completed, state.renamed]
    for value in (*parts, *(value for index in indices for _, value in index.scan())):
        assert _comparable(round_trip(value)) == _comparable(value)


def _comparable(value: Any) -> Any:
    """A value whose parts can be compared: blobs and loggings are equal only to themselves."""
    if isinstance(value, Blob):
        return value.read()
    if isinstance(value, tuple):
        return type(value), *map(_comparable, value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), {name: _comparable(getattr(value, name)) for name in type(value).__dataclass_fields__}
    return value


texts = st.text(st.characters())  # also halves of surrogate pairs
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | texts
    | st.datetimes(timezones=st.sampled_from([timezone.utc, timezone(timedelta(hours=-3, minutes=30))]))
    | st.frozensets(texts)
    | st.sampled_from(KINDS)
    | st.builds(account, st.from_regex(r"\A[0-9]{12}\Z"))
    | st.builds(Checksum, texts, texts, texts),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(texts | st.just("_"), inner)
        | st.dictionaries(texts, inner).map(MappingProxyType)
    ),
)


@given(plain)
def test_any_combination_of_values_comes_back_the_same(value: Any) -> None:
    again = round_trip(value)
    assert again == value
    if not isinstance(value, MappingProxyType):
        assert type(again) is type(value)


def test_fields_at_their_defaults_are_left_out() -> None:
    version = Version(key="k", last_modified=datetime(2030, 1, 1, tzinfo=timezone.utc), owner=account("1" * 12))
    assert json.loads(values.dumps(version, lambda _: [])) == {
        "_": "Version",
        "key": "k",
        "last_modified": {"_": "datetime", "at": "2030-01-01T00:00:00+00:00"},
        "common": '{"owner":{"_":"Account","id":"111111111111"}}',
    }


def test_an_account_comes_back_as_the_one_that_requests_have() -> None:
    assert round_trip(account("1" * 12)) is account("1" * 12)


def test_loggings_that_were_one_are_one_again() -> None:
    logging = Logging({"TargetBucket": "b"}, "b", "", (), partitioned=False, by_event_time=False)
    one, other = round_trip((logging, logging))
    assert one is other


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"_":"Future"}', "no 'Future'"),
        ('{"_":"Checksum","algorithm":"CRC32","value":"","more":1}', "more"),
        ('{"_":"Checksum"}', "algorithm"),
        ('{"_":"Policy","text":"{}","of_resource":true}', "MalformedPolicy|Missing"),
        ('{"_":"datetime","at":"yesterday"}', "yesterday"),
        ('{"_":"NotificationKind","service":"pigeons"}', "pigeons"),
        ("{", "Expecting"),
    ],
)
def test_text_of_another_format_is_refused(text: str, message: str) -> None:
    with pytest.raises(values.UnknownFormatError, match=message):
        values.Reader(lambda _: b"").loads(text)


@dataclass(frozen=True)
class Stranger:
    """A class without a tag."""


@pytest.mark.parametrize("value", [Stranger(), object(), b"bytes", {1, 2}, 1j, Enum("Colour", "RED").RED, KeyIndex()])  # type: ignore[attr-defined]
def test_a_value_that_has_no_form_fails(value: Any) -> None:
    for each in (value, (value,), {"a": value}, [value]):
        with pytest.raises(TypeError, match="cannot be saved"):
            values.dumps(each, lambda _: [])


def test_a_function_comes_back_by_its_name() -> None:
    assert round_trip(full_store.lambda_function) is full_store.lambda_function
    text = values.dumps(full_store.lambda_function, lambda _: [])
    assert json.loads(text) == {"_": "Function", "module": full_store.__name__, "name": "lambda_function"}
    elsewhere = values.Reader(lambda _: b"").loads('{"_":"Function","module":"calendar","name":"TextCalendar.prweek"}')
    assert round_trip(elsewhere) == elsewhere


def test_a_function_of_a_module_that_is_not_imported_is_looked_up_when_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    function = values.Reader(lambda _: b"").loads('{"_":"Function","module":"a_module_of_a_user","name":"double"}')
    with pytest.raises(RuntimeError, match=r"a_module_of_a_user\.double was not saved"):
        function(2)
    (tmp_path / "a_module_of_a_user.py").write_text("def double(n): return 2 * n")
    assert function(2) == 4
    sys.modules.pop("a_module_of_a_user")


def test_a_frozen_time_is_saved_as_any_other() -> None:
    with freezegun.freeze_time("2030-01-01"):
        assert round_trip(datetime.now(timezone.utc)) == datetime(2030, 1, 1, tzinfo=timezone.utc)


if __name__ == "__main__":
    FIELDS.write_text(form_of_values(), encoding="utf-8")
