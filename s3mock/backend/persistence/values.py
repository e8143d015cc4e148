"""The values of a store as JSON, and back: each with a tag for its class, and its fields by name.

``{"_": "Checksum", "algorithm": "CRC32", "value": "y/U6HA=="}``: fields at their defaults are left out, so a class may
get another field with a default, and old text is still read. A tag or a field that this version does not know is
refused. Tuples are arrays; lists, frozensets, datetimes and functions have tags of their own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import partial, reduce
from importlib import import_module
from operator import attrgetter
from types import FunctionType, MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from s3mock.backend.blobs import EMPTY, Blob, LargeBlob, SmallBlob
from s3mock.backend.series import Many
from s3mock.clock import EPOCH
from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.models.account import Account, account
from s3mock.models.logging import Logging
from s3mock.models.notification import KINDS, Kind
from s3mock.models.policy import document
from s3mock.models.policy.document import Policy

if TYPE_CHECKING:
    from typing import TypeAlias

    from s3mock.backend.blobs import Piece

    Place: TypeAlias = Callable[[Piece], list[Any]]
    Encoder: TypeAlias = Callable[[Any, Place], Any]

TAG = "_"

CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "AccessPoint": "s3mock.models.access_points:AccessPoint",
        "Acl": "s3mock.models.acl:Acl",
        "Analytics": "s3mock.models.analytics:Analytics",
        "Annotation": "s3mock.models.annotation:Annotation",
        "BucketEncryption": "s3mock.models.encryption:BucketEncryption",
        "BucketIdentity": "s3mock.models.bucket:BucketIdentity",
        "Checksum": "s3mock.models.checksums:Checksum",
        "Configuration": "s3mock.models.configuration:Configuration",
        "CorsRule": "s3mock.models.cors:CorsRule",
        "DefaultRetention": "s3mock.models.object_lock:DefaultRetention",
        "Due": "s3mock.backend.agenda:Due",
        "Encryption": "s3mock.models.encryption:Encryption",
        "Event": "s3mock.backend.notification.message:Event",
        "Function": "s3mock.backend.persistence.values:NamedFunction",
        "Grant": "s3mock.models.acl:Grant",
        "Identity": "s3mock.models.credentials:Identity",
        "IntelligentTiering": "s3mock.models.intelligent_tiering:IntelligentTiering",
        "Inventory": "s3mock.models.inventory:Inventory",
        "InventoryColumn": "s3mock.models.inventory:Column",
        "Lifecycle": "s3mock.models.lifecycle:Lifecycle",
        "LifecycleFilter": "s3mock.models.lifecycle:Filter",
        "LifecycleRule": "s3mock.models.lifecycle:Rule",
        "LifecycleTiming": "s3mock.models.lifecycle:Timing",
        "LifecycleTransition": "s3mock.models.lifecycle:Transition",
        "Logging": "s3mock.models.logging:Logging",
        "Metadata": "s3mock.models.metadata:Metadata",
        "MetadataJournal": "s3mock.models.metadata:Journal",
        "MetadataPlace": "s3mock.models.metadata:Place",
        "MetadataTable": "s3mock.models.metadata:MetadataTable",
        "Metrics": "s3mock.models.metrics:Metrics",
        "MultiRegionAccessPoint": "s3mock.models.access_points:MultiRegionAccessPoint",
        "NoncurrentExpiration": "s3mock.models.lifecycle:NoncurrentExpiration",
        "Notification": "s3mock.models.notification:Notification",
        "NotificationTarget": "s3mock.models.notification:Target",
        "ObjectFilter": "s3mock.models.object_filter:ObjectFilter",
        "ObjectLambdaAccessPoint": "s3mock.models.access_points.object_lambda:ObjectLambdaAccessPoint",
        "ObjectLock": "s3mock.models.object_lock:ObjectLock",
        "ObjectLockConfiguration": "s3mock.models.object_lock:Configuration",
        "Part": "s3mock.models.multipart:Part",
        "PendingRecord": "s3mock.backend.reports.pending_logs:PendingRecord",
        "Period": "s3mock.models.object_lock:Period",
        "Principal": "s3mock.models.principal:Principal",
        "PublicAccessBlock": "s3mock.models.public_access_block:PublicAccessBlock",
        "Redirect": "s3mock.models.website:Redirect",
        "Replication": "s3mock.models.replication:Configuration",
        "ReplicationDestination": "s3mock.models.replication:Destination",
        "ReplicationFilter": "s3mock.models.replication:Filter",
        "ReplicationRule": "s3mock.models.replication:Rule",
        "ReplicationStatus": "s3mock.models.version:ReplicationStatus",
        "ReplicationTask": "s3mock.backend.replication:Task",
        "Restore": "s3mock.models.version:Restore",
        "Retention": "s3mock.models.object_lock:Retention",
        "RoutingRule": "s3mock.models.website:RoutingRule",
        "Table": "s3mock.models.metadata:Table",
        "Upload": "s3mock.models.multipart:Upload",
        "Version": "s3mock.models.version:Version",
        "Website": "s3mock.models.website:Website",
    }
)
"""The class of each tag. A class may move or get another name; its tag stays."""

COMMON: Mapping[str, frozenset[str]] = MappingProxyType(
    {"Version": frozenset({"owner", "headers", "storage_class", "acl", "encryption"})}
)
"""The fields that are alike in most values of a class: together they are a text in the field "common", which is read
once for all that have the same. So a start with many objects takes half the time."""

_TAGS = {place: tag for tag, place in CLASSES.items()}


_DATETIME = (type(EPOCH),)
"""The class of datetimes, in a tuple because freezegun replaces it wherever a module has it by itself."""


class UnknownFormatError(ValueError):
    """Text that this version of s3mock did not write: it has an unknown tag or field, or an invalid value."""


@dataclass(frozen=True, slots=True)
class NamedFunction:
    """A function of a user that is looked up by its name when it is called, since importing it runs other code."""

    module: str
    name: str

    def __call__(self, *arguments: Any) -> Any:
        """Call the function. Raises RuntimeError if a module does not have it, as a lambda or a local function."""
        try:
            function = _found(import_module(self.module), self.name)
        except ImportError:
            function = None
        if function is None:
            raise RuntimeError(f"the function {self.module}.{self.name} was not saved: only those of modules are")
        return function(*arguments)


def _found(module: Any, name: str) -> Any:
    """What a module calls ``name``, which may be dotted; None without it."""
    return reduce(lambda of, each: getattr(of, each, None), name.split("."), module)


def dumps(value: Any, place: Place) -> str:
    """A value as JSON. ``place`` keeps a piece of a blob, and returns where in a form that JSON has.

    Raises TypeError for a value of a class that has no tag.
    """
    return _json(_ENCODERS[type(value)](value, place))


_json = json.JSONEncoder(separators=(",", ":")).encode


def _same(value: Any, _place: Place) -> Any:
    return value


def _array(value: Sequence[Any], place: Place) -> Any:
    return [_ENCODERS[type(item)](item, place) for item in value]


def _mapping(value: Mapping[str, Any], place: Place) -> Any:
    if TAG in value or not all(isinstance(key, str) for key in value):
        items = [[key, _ENCODERS[type(item)](item, place)] for key, item in value.items()]
        return {TAG: "mapping", "items": items}
    return {key: _ENCODERS[type(item)](item, place) for key, item in value.items()}


def _policy(value: Policy, _place: Place) -> Any:
    # As it was written: what we read out of it may change.
    of_resource = any(statement.principals is not None for statement in value.statements)
    return {TAG: "Policy", "text": value.text, "of_resource": of_resource}


def _blob(value: Blob, place: Place) -> Any:
    return {TAG: "Blob", "pieces": [place(piece) for piece in value.pieces if len(piece)]}


def _function(value: FunctionType, place: Place) -> Any:
    return _ENCODERS[NamedFunction](NamedFunction(value.__module__, value.__qualname__), place)


class _Encoders(dict[type, "Encoder"]):
    """The encoder of each class; that of a class with a tag is made when it is first needed."""

    def __missing__(self, cls: type) -> Encoder:
        tag = _TAGS.get(f"{cls.__module__}:{cls.__qualname__}")
        if tag is not None:
            self[cls] = _encoder(cls, tag)
        elif issubclass(cls, _DATETIME[0]):  # freezegun's
            self[cls] = self[_DATETIME[0]]
        else:
            raise TypeError(f"{cls.__module__}.{cls.__qualname__} cannot be saved: it has no tag in {__name__}")
        return self[cls]


_ROWS: dict[type, Encoder] = {
    **dict.fromkeys((str, int, float, bool, type(None)), _same),
    **dict.fromkeys((tuple, Many), _array),
    **dict.fromkeys((dict, MappingProxyType), cast("Encoder", _mapping)),
    list: lambda value, place: {TAG: "list", "items": _array(value, place)},
    frozenset: lambda value, place: {TAG: "frozenset", "items": _array(tuple(sorted(value)), place)},
    _DATETIME[0]: lambda value, _: {TAG: "datetime", "at": value.isoformat()},
    Account: lambda value, _: {TAG: "Account", "id": value.id},
    **dict.fromkeys((SmallBlob, LargeBlob), _blob),
    FunctionType: _function,
    Kind: lambda value, _: {TAG: "NotificationKind", "service": value.service},
    Policy: _policy,
}
_ENCODERS = _Encoders(_ROWS)


def fields_of(cls: Any) -> dict[str, Any]:
    """The fields that a value of a class is made of, each with its default; MISSING if it has none, or a random one."""
    if hasattr(cls, "_fields"):
        return {name: cls._field_defaults.get(name, MISSING) for name in cls._fields}
    defaults = {}
    for field in fields(cls):
        if field.init:
            default = field.default if field.default_factory is MISSING else field.default_factory()
            is_random = field.default_factory is not MISSING and default != field.default_factory()
            defaults[field.name] = MISSING if is_random else default
    return defaults


def _encoder(cls: Any, tag: str) -> Encoder:
    common = COMMON.get(tag, frozenset())
    getters = [(name, attrgetter(name), default, name in common) for name, default in fields_of(cls).items()]

    def encode(value: Any, place: Place) -> Any:
        encoded: dict[str, Any] = {TAG: tag}
        alike: dict[str, Any] = {}
        for name, get, default, is_common in getters:
            item = get(value)
            if item is not default and item != default:
                (alike if is_common else encoded)[name] = _ENCODERS[type(item)](item, place)
        if alike:
            encoded["common"] = _json(alike)
        return encoded

    return encode


class Reader:
    """Reads what ``dumps`` has written. ``find`` returns the piece of a blob at a place that ``dumps`` was told."""

    def __init__(self, find: Callable[[tuple[Any, ...]], Piece]) -> None:
        self._find = find
        self._loggings: dict[str, Logging] = {}
        self._common: dict[str, dict[str, Any]] = {}
        self._decoders: dict[str, Callable[..., Any]] = {
            "Account": account,
            "Blob": self._blob,
            "Logging": self._logging,
            "NotificationKind": _KINDS.__getitem__,
            "Policy": _read_policy,
            "datetime": _DATETIME[0].fromisoformat,
            "frozenset": frozenset,
            "list": _List,
            "mapping": dict,
        }
        self._decode = json.JSONDecoder(object_hook=self._value).decode

    def loads(self, text: str) -> Any:
        """The value of a text. Raises UnknownFormatError."""
        try:
            value = self._decode(text)
        except UnknownFormatError:
            raise
        except (ValueError, LookupError, TypeError, AttributeError, S3Error) as error:
            raise UnknownFormatError(f"{error} in {text[:200]}") from error
        return _item(value) if type(value) in _ARRAYS else value

    def _value(self, encoded: dict[str, Any]) -> Any:
        for name, item in encoded.items():
            if type(item) in _ARRAYS:
                encoded[name] = _item(item)
        tag = encoded.pop(TAG, None)
        if tag is None:
            return encoded
        decoder = self._decoders.get(tag)
        if decoder is None:
            decoder = _class(tag)
            decoder = self._decoders[tag] = partial(self._with_common, decoder) if tag in COMMON else decoder
        elif tag in _OF_ONE:
            (value,) = encoded.values()
            return decoder(value)
        return decoder(**encoded)

    def _with_common(self, cls: Callable[..., Any], /, common: str = "{}", **fields: Any) -> Any:
        alike = self._common.get(common)
        if alike is None:
            alike = self._common[common] = self._decode(common)
        return cls(**fields, **alike)

    def _logging(self, **fields: Any) -> Logging:
        # Pending records are delivered together if their logging is the same object. Two that are equal were one.
        return self._loggings.setdefault(repr(fields), Logging(**fields))

    def _blob(self, places: tuple[Any, ...]) -> Blob:
        if len(places) == 1:
            return Blob.of(self._find(places[0]))
        return Blob.of_pieces(tuple(map(self._find, places))) if places else EMPTY


_OF_ONE = frozenset({"Account", "Blob", "NotificationKind", "datetime", "frozenset", "list", "mapping"})
_KINDS = {kind.service: kind for kind in KINDS}


class _List(list[Any]):
    """A list among arrays, which are tuples."""


_ARRAYS = frozenset({list, _List})


def _item(item: Any) -> Any:
    """An array of JSON as the tuple that it was, or the list inside of a tag."""
    if type(item) is list:
        return tuple(_item(each) if type(each) in _ARRAYS else each for each in item)
    return list(item)


def _class(tag: str) -> Callable[..., Any]:
    """What makes a value of the class of a tag out of its fields. Raises UnknownFormatError."""
    place = CLASSES.get(tag)
    if place is None:
        raise UnknownFormatError(f"there is no {tag!r} in this version of s3mock")
    module, _, name = place.partition(":")
    if tag == "Function":
        return _read_function
    return cast("Callable[..., Any]", getattr(import_module(module), name))


def _read_policy(text: str, of_resource: bool) -> Policy:
    return document.parse(document.load(text), text, of_resource=of_resource)


def _read_function(module: str, name: str) -> Callable[..., Any]:
    """The function, if the program has imported its module already."""
    function = _found(sys.modules.get(module), name)
    return function if isinstance(function, FunctionType) else NamedFunction(module, name)
