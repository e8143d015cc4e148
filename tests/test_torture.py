"""A server that is killed again and again, at any moment and under load, keeps what it has answered.

``make torture`` kills it 1,000 times.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import md5
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from s3mock import S3MockServer
from s3mock.backend.persistence.folder import DataFolder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection

KILLS = int(os.environ.get("KILLS", "200"))
CLIENTS, KEYS = 4, 8
SECONDS = (0.01, 0.1)
"""How long a server lives after its start."""

BYTES = random.Random(1).randbytes(4 << 20)
SIZES = (*[1 << 10] * 5, 15 << 10, 20 << 10, 40 << 10, 200 << 10, 3 << 20)
HEADERS = {"Authorization": "AWS AKID:signature"}


def serve(folder: str, ready: Connection) -> None:
    """Serve the folder until the process is killed."""
    server = S3MockServer(data_dir=folder, buckets=["photos"], upload_part_min_size=1)
    server.start()
    ready.send(server.port)
    threading.Event().wait()


class Client:
    """A client with keys of its own, which knows what each may have: the digest of a body, None for no object.

    While an operation has no answer, its key may have what it had before or what the operation makes of it.
    """

    def __init__(self, number: int) -> None:
        self.random = random.Random(number)
        self.keys = [f"{number}/{key}" for key in range(KEYS)]
        self.had: dict[str, str | None] = dict.fromkeys(self.keys)
        self.pending: dict[str, str | None] = {}
        self.uploads: list[tuple[str, str, str, str]] = []
        self.answers: Counter[str] = Counter()
        self.connection = HTTPConnection("127.0.0.1", 0)

    def work(self, port: int, end: threading.Event) -> None:
        """Do random operations until the server is gone."""
        self.connection = HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            while not end.is_set():
                operation = self.random.choice((self.put, self.put, self.put, self.copy, self.delete, self.upload))
                operation()
                self.answers[operation.__name__] += 1
        except (OSError, HTTPException):
            end.wait(20)
        finally:
            self.connection.close()

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = HEADERS) -> bytes:
        """The body of a successful answer."""
        self.connection.request(method, f"/photos/{path}", body, headers)
        response = self.connection.getresponse()
        content = response.read()
        assert response.status < 300, content
        return content

    def body(self) -> bytes:
        size = self.random.choice(SIZES)
        start = self.random.randrange(len(BYTES) - size)
        return BYTES[start : start + size]

    def becomes(self, key: str, digest: str | None) -> None:
        """The operation on a key has been answered."""
        self.had[key] = digest
        del self.pending[key]

    def put(self) -> None:
        key, body = self.random.choice(self.keys), self.body()
        digest = md5(body).hexdigest()
        self.pending[key] = digest
        self.ask("PUT", key, body)
        self.becomes(key, digest)

    def copy(self) -> None:
        source, key = self.random.sample(self.keys, 2)
        if self.had[source] is not None:
            self.pending[key] = self.had[source]
            self.ask("PUT", key, b"", {**HEADERS, "x-amz-copy-source": f"photos/{source}"})
            self.becomes(key, self.had[source])

    def delete(self) -> None:
        key = self.random.choice(self.keys)
        self.pending[key] = None
        self.ask("DELETE", key)
        self.becomes(key, None)

    def upload(self) -> None:
        """Begin an upload, or complete one whose parts have been answered, also by a server that is gone."""
        if self.uploads:
            key, begun, digest, document = self.uploads[0]
            self.pending[key] = digest
            self.ask("POST", f"{key}?uploadId={begun}", document.encode())
            self.uploads.pop(0)
            self.becomes(key, digest)
            return
        key, bodies = self.random.choice(self.keys), [self.body(), self.body()]
        answer = ET.fromstring(self.ask("POST", f"{key}?uploads"))
        upload_id = answer.findtext("{*}UploadId")
        for number, body in enumerate(bodies, 1):
            self.ask("PUT", f"{key}?partNumber={number}&uploadId={upload_id}", body)
        parts = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{md5(body).hexdigest()}</ETag></Part>"
            for number, body in enumerate(bodies, 1)
        )
        document = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>"
        self.uploads.append((key, str(upload_id), md5(b"".join(bodies)).hexdigest(), document))

    def check(self, port: int) -> None:
        """Compare what the keys have with what they may have."""
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        for key in self.keys:
            connection.request("GET", f"/photos/{key}", headers=HEADERS)
            response = connection.getresponse()
            body = response.read()
            found = None if response.status == 404 else md5(body).hexdigest()
            allowed = {self.had[key], self.pending.get(key, self.had[key])}
            assert response.status in (200, 404), body
            assert found in allowed, f"{key}: {found} instead of {allowed}"
            etag = response.headers.get("ETag", "").strip('"')
            assert found is None or etag in (found, etag.partition("-")[0] + "-2")
            self.had[key] = found
            if key in self.pending and self.uploads and self.uploads[0][2] == found:
                self.uploads.pop(0)  # its completion was not answered, but done
        self.pending.clear()
        connection.close()


def check_files(path: Path) -> None:
    """Open the folder here: afterwards it has the files that rows name, and no others."""
    folder = DataFolder(path)
    folder.load()
    rows = [row for table in ("versions", "parts") for row in folder._connection.execute(f"SELECT value FROM {table}")]
    named = {name for (value,) in rows for name in re.findall(r'\["([0-9a-f]{32})"', value)}
    assert {
        file.name for part in ("objects", "incoming") for file in (path / part).rglob("*") if file.is_file()
    } == named
    folder.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a process is started in the time of a fork")
def test_a_server_that_is_killed_under_load_keeps_what_it_has_answered(tmp_path: Path) -> None:
    context: Any = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "s3mock.backend.persistence.folder", "s3mock.responses.objects"])
    clients = [Client(number) for number in range(CLIENTS)]
    alive = random.Random(2)
    with ThreadPoolExecutor(CLIENTS) as threads:
        for kill in range(KILLS + 1):
            if kill % 10 == 0 and kill:
                check_files(tmp_path)
            ready, other = context.Pipe(duplex=False)
            process = context.Process(target=serve, args=(str(tmp_path), other), daemon=True)
            process.start()
            port = ready.recv()
            end = threading.Event()
            try:
                list(threads.map(Client.check, clients, [port] * CLIENTS))
                if kill == KILLS:
                    break
                working = [threads.submit(client.work, port, end) for client in clients]
                process.join(alive.uniform(*SECONDS))
            finally:
                process.kill()
                process.join()
                ready.close()
                other.close()
                end.set()
            for work in working:
                work.result()
    answers = sum((client.answers for client in clients), Counter())
    assert set(answers) == {"put", "copy", "delete", "upload"}
    assert sum(answers.values()) > KILLS
