"""Visitors of a bucket's website: a browser's requests and responses."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3

from s3mock.server import S3MockServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

HOST = "site.s3-website.localhost"


class Seen(NamedTuple):
    """A website's response; the names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def page(self) -> str:
        """The page without the ids of the request."""
        lines = self.body.decode().splitlines()
        return "\n".join(line for line in lines if not line.startswith(("<li>RequestId: ", "<li>HostId: ")))


def visit(server: S3MockServer, path: str, method: str = "GET", host: str = HOST, **headers: str) -> Seen:
    """Send a request to the website at ``host``; headers are written with underscores."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": host, **named})
        response = connection.getresponse()
        received = {name.lower(): value for name, value in response.getheaders()}
        return Seen(response.status, received, response.read())
    finally:
        connection.close()


def client(server: S3MockServer, *, public: bool = True) -> S3Client:
    """A client of the server, with a new bucket "site" that everyone can read if it is ``public``."""
    s3: S3Client = boto3.client(
        "s3",
        endpoint_url=server.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="a-key",
        aws_secret_access_key="a-secret",
    )
    s3.create_bucket(Bucket="site")
    if public:
        make_public(s3, "site")
    return s3


def make_public(s3: S3Client, bucket: str, *actions: str) -> None:
    """Allow public access to a bucket, by default to read it at a website, and to list it at the REST endpoint."""
    arn = f"arn:aws:s3:::{bucket}"
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": list(actions or ("s3:GetObject", "s3:ListBucket")),
        "Resource": [arn, f"{arn}/*"],
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def put_page(s3: S3Client, key: str, content: str = "", bucket: str = "site", **more: Any) -> None:
    """Put an HTML page whose content is its key by default."""
    s3.put_object(Bucket=bucket, Key=key, Body=(content or key).encode(), ContentType="text/html", **more)
