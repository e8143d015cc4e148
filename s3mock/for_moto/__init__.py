"""Our S3 for moto's other services: while both mocks are active, moto's ``S3Backend`` is a facade over our store.

moto's CloudFormation, Lambda, Firehose, CloudTrail and others do not call S3 over HTTP: they use its ``S3Backend``. Its
attributes are looked up in ``backend.Facade`` instead. The facade has what the services of moto 5 use; anything else
raises an error that says so. moto is never imported for this.
"""

from __future__ import annotations

from contextvars import ContextVar
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from s3mock.for_moto.calls import Calls

if TYPE_CHECKING:
    from s3mock.backend.cloud import Cloud
    from s3mock.process.patches import Function, Patches

MOTOS_OWN = frozenset({"SERVICE_NAMESPACE", "create_table_storage_bucket", "delete_table_storage_bucket", "reset"})
"""The attributes of ``S3Backend`` that do not concern our store; moto's ``s3tables`` keep their buckets in it."""

DATA = frozenset({"buckets", "tagger"})

_resetting: ContextVar[bool] = ContextVar("_resetting", default=False)
"""Whether moto is emptying its own backend: it then sees that one, and our store stays as it is."""


def install(patches: Patches, cloud: Cloud) -> None:
    """Let moto's services see the buckets of ``cloud``, and make and fill buckets there."""
    calls = Calls(cloud)
    patches.when_imported("moto.s3.models", lambda models: _install(patches, models, calls))
    patches.when_imported("moto.cloudformation.parsing", lambda parsing: _install_policies(patches, parsing, calls))
    # Two services ignore S3 until moto's S3 is imported and has a backend for the account.
    patches.when_imported("moto.cloudwatch.models", lambda _: import_module("moto.s3.models"))
    patches.when_imported("moto.resourcegroupstaggingapi.models", lambda module: _use_s3(patches, module, calls))


def _install_policies(patches: Patches, parsing: ModuleType, calls: Calls) -> None:
    from s3mock.for_moto import cloudformation  # noqa: PLC0415 - as late as moto's, here and below

    cloudformation.install_policies(patches, parsing, calls)


def _use_s3(patches: Patches, tagging: ModuleType, calls: Calls) -> None:
    def backends(original: Function, account_id: str, region_name: str) -> Any:
        if calls.active:
            _ = import_module("moto.s3.models").s3_backends[account_id]
        return original(account_id, region_name)

    if hasattr(tagging, "iter_taggable_backends"):  # since moto 5.2
        patches.replace(tagging, "iter_taggable_backends", backends)


def _install(patches: Patches, models: ModuleType, calls: Calls) -> None:
    from s3mock.for_moto import cloudformation  # noqa: PLC0415
    from s3mock.for_moto.backend import Facade  # noqa: PLC0415

    carried = (vars(models.S3Backend).keys() | DATA) - MOTOS_OWN

    def look_up(original: Function, backend: Any, name: str) -> Any:
        if name not in carried or name.startswith("_") or _resetting.get() or not calls.active:
            return original(backend, name)
        return getattr(Facade(backend, models, calls), name)

    def reset(original: Function, backend: Any) -> Any:
        token = _resetting.set(True)
        try:
            return original(backend)
        finally:
            _resetting.reset(token)

    def of_account(original: Function, backends: Any, account_id: str) -> Any:
        found = original(backends, account_id)
        if calls.active:
            for partition in found.regions:
                _ = found[partition]  # makes the backend: AWS Config and others see only those that exist
        return found

    patches.replace(models.S3Backend, "__getattribute__", look_up)
    patches.replace(models.S3BackendDict, "__getitem__", of_account)
    patches.replace(models.S3Backend, "reset", reset)
    cloudformation.install_buckets(patches, models, calls)
