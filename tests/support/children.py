"""What child processes do: clients of boto3 that know nothing of a mock."""

from __future__ import annotations

import os
import traceback
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def client() -> S3Client:
    """A client in a session of its own, since a fork inherits boto3's default one."""
    s3: S3Client = boto3.session.Session().client("s3")
    return s3


def double(key: str) -> bytes:
    """The content of an object in the bucket "data", which is then stored twice as long."""
    s3 = client()
    content: bytes = s3.get_object(Bucket="data", Key=key)["Body"].read()
    s3.put_object(Bucket="data", Key=key, Body=content * 2)
    return content


def in_fork(call: Callable[[], object]) -> int:
    """Run ``call`` in a forked child; return its exit status."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: a process with threads forks
        pid = os.fork()
    if not pid:
        status = 1
        try:
            call()
            status = 0
        except BaseException:  # noqa: BLE001 - only the status reaches the parent
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
