"""Whole calls of botocore and aiobotocore: the line that made one, for the journal, and notes on its error.

A call may be answered by several requests, and in other threads or tasks than the one that made it: boto3's transfers
have threads of their own, s3fs calls aiobotocore in a thread with an event loop, and asyncio.gather runs its coroutines
in tasks, whose stacks begin with the coroutine.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import botocore.client
import s3transfer.futures
import s3transfer.tasks
from botocore.exceptions import ClientError

from s3mock.process import calling_line
from s3mock.process.calling_line import Frame, called_by
from s3mock.process.patches import Function, Patches
from s3mock.transports.notes import add_notes

_LINE = "_s3mock_called_by"


def install(patches: Patches, *, journaled: bool) -> None:
    """Add the notes to what S3 clients raise; where requests are ``journaled``, remember the line of each call."""

    def make_api_call(original: Function, client: Any, *args: Any, **kwargs: Any) -> Any:
        token = called_by.set(calling_line.innermost() or called_by.get()) if journaled else None
        try:
            return original(client, *args, **kwargs)
        except ClientError as error:
            add_notes(client, error)
            raise
        finally:
            if token is not None:
                called_by.reset(token)

    def make_api_call_async(original: Function, client: Any, *args: Any, **kwargs: Any) -> Any:
        # The coroutine is made on the stack of its caller, wherever it runs later.
        line = calling_line.innermost() or called_by.get() if journaled else None
        return awaited(line, original, client, *args, **kwargs)

    async def awaited(line: Frame | None, original: Function, client: Any, *args: Any, **kwargs: Any) -> Any:
        token = called_by.set(line)
        try:
            return await original(client, *args, **kwargs)
        except ClientError as error:
            add_notes(client, error)
            raise
        finally:
            called_by.reset(token)

    def install_async(module: ModuleType) -> None:
        patches.replace(module.AioBaseClient, "_make_api_call", make_api_call_async)

    patches.replace(botocore.client.BaseClient, "_make_api_call", make_api_call)
    patches.when_imported("aiobotocore.client", install_async)
    if journaled:
        patches.replace(s3transfer.futures.BoundedExecutor, "submit", _submit)
        patches.replace(s3transfer.tasks.Task, "__call__", _run)
        for module in ("fsspec.asyn", "s3fs.core"):  # which imports the function by its name
            patches.when_imported(module, lambda library: patches.replace(library, "sync", _sync))


def _submit(original: Function, executor: Any, task: Any, *args: Any, **kwargs: Any) -> Any:
    setattr(task, _LINE, calling_line.innermost() or called_by.get())
    return original(executor, task, *args, **kwargs)


def _run(original: Function, task: Any, *args: Any, **kwargs: Any) -> Any:
    token = called_by.set(getattr(task, _LINE, None))
    try:
        return original(task, *args, **kwargs)
    finally:
        called_by.reset(token)


def _sync(original: Function, *args: Any, **kwargs: Any) -> Any:
    # The coroutine runs in another thread, in a copy of the context of this one.
    token = called_by.set(calling_line.innermost() or called_by.get())
    try:
        return original(*args, **kwargs)
    finally:
        called_by.reset(token)
