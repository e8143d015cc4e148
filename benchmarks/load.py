"""Many clients at a server's process at once, with mixed operations: every answer has to be right.

``make load`` runs it with 32 clients for a minute. It prints the requests per second, and what went wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from typing import NamedTuple

# Signed with an unknown key: accepted as it is.
SIGNED = {"Authorization": "AWS any:any"}
SHARED = [f"shared/{number}" for number in range(8)]
LARGEST = 100_000
KEPT = 20
NEW_CONNECTION = 0.1
"""How often a client connects anew instead of keeping its connection."""


class Answer(NamedTuple):
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """One client, with keys of its own whose content it knows, and keys that it shares with the others."""

    def __init__(self, port: int, number: int) -> None:
        self.port = port
        self.prefix = f"{number}/"
        self.random = random.Random(number)  # noqa: S311 - nothing is secret
        self.connection: HTTPConnection | None = None
        self.content: dict[str, bytes] = {}
        self.requests = 0

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, expected: int = 200
    ) -> Answer:
        """The answer to a request. Raises AssertionError for another status than the one that is expected."""
        if self.connection is None or self.random.random() < NEW_CONNECTION:
            self.close()
            self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.connection.request(method, f"/bucket/{path}", body, {**SIGNED, **(headers or {})})
        response = self.connection.getresponse()
        answer = Answer(response.status, dict(response.headers), response.read())
        self.requests += 1
        expect(answer.status, expected, f"{method} {path}: {answer.body[:300]!r}")
        return answer

    def close(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def bytes(self) -> bytes:
        """New content."""
        return self.random.randbytes(self.random.choice((0, 10, 1000, LARGEST)))

    def own(self) -> str:
        """A key of this client, which may have an object."""
        return f"{self.prefix}{self.random.randrange(KEPT)}"


def expect(found: object, expected: object, where: str) -> None:
    """Raise AssertionError where an answer is not the expected one."""
    if found != expected:
        raise AssertionError(f"{found!r} instead of {expected!r}: {where}")


def put(client: Client) -> None:
    """PutObject."""
    key, content = client.own(), client.bytes()
    answer = client.call("PUT", key, content)
    expect(answer.headers["ETag"], f'"{hashlib.md5(content).hexdigest()}"', key)
    client.content[key] = content


def get(client: Client) -> None:
    """GetObject, HeadObject."""
    key = client.own()
    content = client.content.get(key)
    if content is None:
        client.call("GET", key, expected=404)
        return
    expect(client.call("GET", key).body, content, key)
    expect(client.call("HEAD", key).headers["Content-Length"], str(len(content)), key)


def get_range(client: Client) -> None:
    """GetObject of a range."""
    for key, content in client.content.items():
        if len(content) > 10:
            answer = client.call("GET", key, headers={"Range": "bytes=5-9"}, expected=206)
            expect(answer.body, content[5:10], key)
            return


def delete(client: Client) -> None:
    """DeleteObject."""
    key = client.own()
    client.call("DELETE", key, expected=204)
    client.content.pop(key, None)


def copy(client: Client) -> None:
    """CopyObject."""
    source, key = client.own(), client.own()
    if source in client.content and source != key:
        client.call("PUT", key, headers={"x-amz-copy-source": f"/bucket/{source}"})
        client.content[key] = client.content[source]


def list_keys(client: Client) -> None:
    """ListObjectsV2."""
    answer = client.call("GET", f"?list-type=2&prefix={client.prefix}")
    expect(re.findall("<Key>(.*?)</Key>", answer.body.decode()), sorted(client.content), "a listing")


def upload(client: Client) -> None:
    """A multipart upload."""
    key, content = client.own(), client.bytes()
    created = client.call("POST", f"{key}?uploads").body.decode()
    upload_id = created.partition("<UploadId>")[2].partition("<")[0]
    tag = client.call("PUT", f"{key}?partNumber=1&uploadId={upload_id}", content).headers["ETag"]
    document = f"<Part><PartNumber>1</PartNumber><ETag>{tag}</ETag></Part>"
    document = f"<CompleteMultipartUpload>{document}</CompleteMultipartUpload>"
    client.call("POST", f"{key}?uploadId={upload_id}", document.encode())
    client.content[key] = content


def put_shared(client: Client) -> None:
    """PutObject of a key that others write, too."""
    client.call("PUT", client.random.choice(SHARED), client.bytes())


def get_shared(client: Client) -> None:
    """GetObject of a key that others write: the bytes are those of its ETag."""
    answer = client.call("GET", client.random.choice(SHARED))
    expect(answer.headers["ETag"], f'"{hashlib.md5(answer.body).hexdigest()}"', "a shared key")


OPERATIONS: tuple[Callable[[Client], None], ...] = (
    put,
    put,
    get,
    get,
    get_range,
    delete,
    copy,
    list_keys,
    upload,
    put_shared,
    get_shared,
)


def run(port: int, clients: int, seconds: float) -> tuple[int, Counter[str]]:
    """The number of requests that were answered by a server with an empty bucket, and the errors with their counts."""
    everyone = [Client(port, number) for number in range(clients)]
    for key in SHARED:
        everyone[0].call("PUT", key, b"first")
    end = time.monotonic() + seconds
    errors: Counter[str] = Counter()

    def work(client: Client) -> None:
        try:
            while time.monotonic() < end:
                client.random.choice(OPERATIONS)(client)
        except Exception as error:  # noqa: BLE001 - it is reported
            errors[f"{type(error).__name__}: {error}"] += 1
        finally:
            client.close()

    threads = [threading.Thread(target=work, args=(client,)) for client in everyone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(client.requests for client in everyone), errors


def main(arguments: list[str] | None = None) -> None:
    """Print the requests per second. Exits with 1 where an answer was wrong, or the server wrote to stderr."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args(arguments)
    command = [sys.executable, "-m", "s3mock", "--port", "0", "--bucket", "bucket"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            port = int((server.stdout.readline() if server.stdout else "").rpartition(":")[2])
            requests, errors = run(port, options.clients, options.seconds)
        finally:
            server.terminate()
            _, complaints = server.communicate()
    print(f"{options.clients} clients, {requests / options.seconds:,.0f} requests per second")
    for error, count in errors.items():
        print(f"{count} x {error}")
    print(complaints, end="")
    if errors or complaints:
        sys.exit(1)


if __name__ == "__main__":
    main()
