"""A forked child has its own copy of S3, and working locks."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from typing import TYPE_CHECKING

import pytest

from s3mock import mock, mock_s3

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")


def in_child(call: Callable[[], None]) -> int:
    """Run ``call`` in a forked child; return its exit status."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: a process with threads forks
        pid = os.fork()
    if not pid:
        status = 1
        try:
            call()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_forked_child_has_its_own_copy_of_the_buckets() -> None:
    with mock_s3() as s3:
        client = s3.client()
        client.create_bucket(Bucket="photos")
        client.put_object(Bucket="photos", Key="a", Body=b"before")

        def child() -> None:
            assert client.get_object(Bucket="photos", Key="a")["Body"].read() == b"before"
            client.put_object(Bucket="photos", Key="a", Body=b"child")
            client.put_object(Bucket="photos", Key="b", Body=b"child")
            assert client.list_objects_v2(Bucket="photos")["KeyCount"] == 2

        assert in_child(child) == 0
        assert client.get_object(Bucket="photos", Key="a")["Body"].read() == b"before"
        assert client.list_objects_v2(Bucket="photos")["KeyCount"] == 1


def test_a_forked_child_has_free_locks_even_if_another_thread_held_them() -> None:
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with mock._lock:
            held.set()
            release.wait()

    with mock_s3() as s3:
        thread = threading.Thread(target=hold)
        thread.start()
        held.wait()

        def child() -> None:
            with mock_s3() as nested:
                assert nested is s3
                nested.client().create_bucket(Bucket="photos")

        status = in_child(child)
        release.set()
        thread.join()
        assert status == 0


def test_a_forked_child_can_stop_the_mock_of_its_parent() -> None:
    outer = mock_s3()
    with outer as s3:
        assert in_child(outer.stop) == 0
        s3.client().create_bucket(Bucket="photos")
