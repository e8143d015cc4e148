"""The CPU time until a mock has given its first reply, and of entering and leaving it.

``make bench-starting`` prints two tables. The first is of a plain install: a client is made and lists the buckets, and
then makes the calls of a first test. "botocore alone" does the same with constant replies, where s3mock answers. moto
is beside it where it is installed. The second table is of an install with all client libraries: each process has
imported them, imports the mock, enters and leaves it.

Each turn is a new process of each contender, in turns; the best of each counts. Byte code is compiled beforehand.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
REPLIES = ("the client and its first reply", "the same and a first test")
CASES = ("from s3mock import mock_s3", "the first mock", "each further one")

# A first test: what most tests of code that uses S3 call.
FIRST_TEST = """
import boto3, json, time

laps = []
def lap():
    laps.append(time.process_time_ns())

def calls():
    lap()
    client = boto3.client("s3")
    client.list_buckets()
    lap()
    client.create_bucket(Bucket="photos")
    client.put_object(Bucket="photos", Key="a.jpg", Body=b"bytes")
    assert client.get_object(Bucket="photos", Key="a.jpg")["Body"].read() == b"bytes"
    client.head_object(Bucket="photos", Key="a.jpg")
    client.list_objects_v2(Bucket="photos")
    client.delete_object(Bucket="photos", Key="a.jpg")
    lap()
"""

# The floor has imported what it replaces, which botocore imports for each client.
CONTENDERS = {
    "botocore alone": """
from botocore.awsrequest import AWSResponse
from botocore.endpoint import Endpoint
from urllib3 import HTTPHeaderDict

BUCKETS = b'<?xml version="1.0" encoding="UTF-8"?><ListAllMyBucketsResult '
BUCKETS += b'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>x</ID></Owner><Buckets></Buckets>'
BUCKETS += b'</ListAllMyBucketsResult>'

class Raw:
    def __init__(self, content):
        self.content = content

    def stream(self):
        yield self.content

    def read(self, amt=None):
        content, self.content = self.content, b""
        return content

def send(endpoint, request):
    is_bytes = request.method == "GET" and request.url.endswith("a.jpg")
    content = b"bytes" if is_bytes else BUCKETS if request.method == "GET" else b""
    headers = HTTPHeaderDict({"Content-Type": "application/xml", "Content-Length": str(len(content))})
    return AWSResponse(request.url, 200, headers, Raw(content))

start = time.process_time_ns()
Endpoint._send = send
calls()
""",
    "s3mock": """
start = time.process_time_ns()
from s3mock import mock_s3
with mock_s3():
    calls()
""",
    "moto": """
start = time.process_time_ns()
from moto import mock_aws
with mock_aws():
    calls()
""",
}

BESIDE_CLIENTS = """
import importlib, importlib.util, json, time

for name in ("boto3", "requests", "urllib3", "httpx", "httpx2", "aiohttp", "aiobotocore.session", "aioboto3", "s3fs"):
    if importlib.util.find_spec(name.partition(".")[0]):
        importlib.import_module(name)

def spent(act, times=1):
    start = time.process_time_ns()
    for _ in range(times):
        act()
    return (time.process_time_ns() - start) / times / 1e6

def enter_and_leave():
    with mock_s3():
        pass

def import_it():
    global mock_s3  # the package loads its names at the first look at them
    from s3mock import mock_s3

imported = spent(import_it)
print(json.dumps([imported, spent(enter_and_leave), spent(enter_and_leave, 100)]))
"""


def child(code: str) -> list[float]:
    """The numbers that a new process prints: milliseconds."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "S3MOCK_"))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    reply = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    numbers: list[float] = json.loads(reply.stdout)
    return numbers


def replies(turns: int) -> dict[str, list[float]]:
    """Of each contender that is installed, the milliseconds until its first reply and until the end of a first test."""
    contenders = {name: code for name, code in CONTENDERS.items() if name != "moto" or find_spec("moto")}
    rows: dict[str, list[list[float]]] = {name: [] for name in contenders}
    for turn in range(1 + turns):
        for name, code in contenders.items():
            row = child(f"{FIRST_TEST}{code}\nprint(json.dumps([(lap - start) / 1e6 for lap in laps[1:]]))")
            if turn:  # the first compiles the byte code
                rows[name].append(row)
    return {name: [min(column) for column in zip(*turns_of_one, strict=True)] for name, turns_of_one in rows.items()}


def beside_clients(turns: int) -> dict[str, float]:
    """The milliseconds of each case beside the client libraries."""
    rows = [child(BESIDE_CLIENTS) for _ in range(1 + turns)][1:]
    return {case: min(column) for case, column in zip(CASES, zip(*rows, strict=True), strict=True)}


def main(options: list[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=10, help="processes, of which the best counts (default: 10)")
    parser.add_argument("--beside-clients", action="store_true", help="the second table, with all client libraries")
    arguments = parser.parse_args(options)
    if arguments.beside_clients:
        print("| Beside all client libraries | ms |\n| --- | ---: |")
        for case, milliseconds in beside_clients(arguments.turns).items():
            print(f"| {case} | {milliseconds:.2f} |")
        return
    floor, *mocks = replies(arguments.turns).items()
    print(f"| Milliseconds until | {floor[0]} |" + "".join(f" {name} | ratio |" for name, _ in mocks))
    print("| --- |" + " ---: |" * (1 + 2 * len(mocks)))
    for number, case in enumerate(REPLIES):
        least = floor[1][number]
        print(
            f"| {case} | {least:.0f} |" + "".join(f" {ms[number]:.0f} | {ms[number] / least:.2f} |" for _, ms in mocks)
        )


if __name__ == "__main__":
    main()
