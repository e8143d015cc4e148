"""A forked child has its own copy of S3, and working locks."""

from __future__ import annotations

import socket
import sys
import threading

import pytest
import requests

from s3mock import S3MockServer, mock, mock_s3
from tests.support.children import in_fork

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")


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

        assert in_fork(child) == 0
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

        status = in_fork(child)
        release.set()
        thread.join()
        assert status == 0


def test_a_forked_child_can_stop_the_mock_of_its_parent() -> None:
    outer = mock_s3()
    with outer as s3:
        assert in_fork(outer.stop) == 0
        s3.client().create_bucket(Bucket="photos")


def test_a_forked_child_has_a_server_of_its_own_copy() -> None:
    with mock_s3() as s3:
        s3.client().create_bucket(Bucket="photos")
        of_parent = s3.env()["AWS_ENDPOINT_URL_S3"]

        def child() -> None:
            of_child = s3.env()["AWS_ENDPOINT_URL_S3"]
            assert of_child != of_parent
            s3.client().put_object(Bucket="photos", Key="a", Body=b"child", ACL="public-read")
            assert requests.get(f"{of_child}/photos/a", timeout=5).content == b"child"
            assert requests.get(f"{of_parent}/photos/a", timeout=5).status_code == 403

        assert in_fork(child) == 0


def test_a_forked_child_can_stop_its_copy_of_a_server() -> None:
    with S3MockServer() as server:
        assert in_fork(server.stop) == 0
        server.s3.client().list_buckets()


def test_a_forked_child_does_not_keep_the_port_of_a_server() -> None:
    here, there = socket.socketpair()
    status: list[int] = []
    with S3MockServer() as server:
        port = server.port
        child = threading.Thread(target=lambda: status.append(in_fork(lambda: there.send(b"x") and there.recv(1))))
        child.start()
        here.recv(1)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))
    here.send(b"x")
    child.join()
    here.close()
    there.close()
    assert status == [0]
