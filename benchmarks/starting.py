"""The CPU time until a mock has given its first reply, and of entering and leaving it.

A client is made and lists the buckets, and then makes the calls of a first test. botocore alone does the same with
constant replies, where s3mock answers. Other processes have imported the client libraries that are installed, import
the mock, enter and leave it.

Each turn is a new process of each contender, in turns; the best of each counts. Byte code is compiled beforehand.
"""

from __future__ import annotations

import json

from benchmarks.measure import HERE, Row, child, in_turns, progress

TURNS = 10
PACKAGES = {"botocore": HERE, "moto": HERE}
REPLIES = ("start: mock, client and first reply", "start: the same and a first test")
CASES = (
    "start: from s3mock import mock_s3, after boto3",
    "start: the first mock, alone",
    "start: each further mock, alone",
)

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
    "botocore": """
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


def replies(turns: int) -> dict[str, list[list[float]]]:
    """Of each contender's turns, the milliseconds until its first reply and until the end of a first test."""
    end = "\nprint(json.dumps([(lap - start) / 1e6 for lap in laps[1:]]))"
    rounds = in_turns(
        list(CONTENDERS.values()), 1 + turns, lambda code: json.loads(child("-c", FIRST_TEST + code + end))
    )
    return {name: [each[number] for each in rounds[1:]] for number, name in enumerate(CONTENDERS)}  # the first compiles


def rows(turns: int = TURNS) -> list[Row]:
    """The starts beside botocore alone, and the mock's alone; the least of all turns."""
    progress("starts")
    found = []
    taken = replies(turns)
    for number, case in enumerate(REPLIES):
        least = {name: min(turn[number] for turn in turns_of_one) for name, turns_of_one in taken.items()}
        alone = least["botocore"]
        found.append(Row(case, "x botocore", {name: least[name] / alone for name in ("s3mock", "moto")}))
        found.append(Row(case, "ms", least))
    alone_turns = [json.loads(child("-c", BESIDE_CLIENTS)) for _ in range(turns)]
    found += [
        Row(case, "ms", {"s3mock": min(turn[number] for turn in alone_turns)}) for number, case in enumerate(CASES)
    ]
    return found
