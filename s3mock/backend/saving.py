"""A store as bytes, to be kept in a file or loaded by another process."""

from __future__ import annotations

import copyreg
import pickle
import sys
from functools import reduce
from io import BytesIO
from types import FunctionType, MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from s3mock.backend import ids

if TYPE_CHECKING:
    from s3mock.backend.store import Store

_FORMAT = 1
_HEAD = b"s3mock store "


class _Pickler(pickle.Pickler):
    """Saves functions by their names. A function that cannot be imported by its name, such as a lambda, is lost."""

    def persistent_id(self, obj: Any) -> str | None:
        if not isinstance(obj, FunctionType):
            return None
        module = sys.modules.get(obj.__module__)
        importable = reduce(lambda of, name: getattr(of, name, None), obj.__qualname__.split("."), module)
        return None if importable is obj else f"{obj.__module__}.{obj.__qualname__}"


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, pid: Any) -> Any:
        def lost(*_arguments: Any) -> None:
            raise RuntimeError(f"the function {pid} was not saved: only those of modules are")

        return lost


def saved(store: Store) -> bytes:
    """The store as bytes, including the bytes of all objects."""
    content = BytesIO()
    content.write(_HEAD + b"%d\n" % _FORMAT)
    _Pickler(content, pickle.HIGHEST_PROTOCOL).dump((store, ids.sequence()))
    return content.getvalue()


def loaded(data: bytes) -> Store:
    """The store that was ``saved``; new ids follow those in it.

    The bytes must come from a trusted source, as always with pickle. Raises ValueError for bytes that are not a saved
    store, or have the format of another version of s3mock.
    """
    head, _, content = data.partition(b"\n")
    if head != _HEAD + b"%d" % _FORMAT:
        raise ValueError(f"this is not a store that this version of s3mock has saved (format {_FORMAT})")
    store, sequence = _Unpickler(BytesIO(content)).load()
    ids.follow(sequence)
    return cast("Store", store)


def _proxy(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


copyreg.pickle(MappingProxyType, lambda mapping: (_proxy, (dict(mapping),)))
