"""The way to a server, for clients of every kind."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

ACCESS_KEY = "111122223333"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
REGION = "us-east-1"
SECRETS = f"{ACCESS_KEY}:{SECRET_KEY}"

LARGE = bytes(range(256)) * 20 * 1024 * 2 + b"the end"
"""10 MiB and a little: two parts for clients whose parts are of 5 MiB or 8, with a third for some."""

TREE = {
    "plain.txt": b"plain\n",
    "empty": b"",
    "folder/below/deep.csv": b"x,y\n1,2\n",
    "folder/a space & a + plus.txt": b"names",
    "folder/\u00fcml\u00e4ut \u65e5\u672c.txt": b"letters",
    "folder/100%25=#?.txt": b"signs",
    "large.bin": LARGE,
}
"""What is in the folder of the fixture ``tree``."""


@dataclass(frozen=True)
class Place:
    """A running server."""

    url: str

    @property
    def address(self) -> str:
        """Host and port."""
        return self.url.removeprefix("http://")

    @cached_property
    def s3(self) -> Any:
        """boto3's client, which looks at what the other clients did."""
        return boto3.client("s3", config=Config(retries={"total_max_attempts": 1}), **self.keywords)

    @property
    def keywords(self) -> dict[str, Any]:
        """What boto3 and what stands on it take."""
        return {
            "endpoint_url": self.url,
            "aws_access_key_id": ACCESS_KEY,
            "aws_secret_access_key": SECRET_KEY,
            "region_name": REGION,
        }

    @property
    def options(self) -> dict[str, str]:
        """What clients on Rust's object_store take."""
        return {
            "aws_endpoint": self.url,
            "aws_access_key_id": ACCESS_KEY,
            "aws_secret_access_key": SECRET_KEY,
            "aws_region": REGION,
            "aws_allow_http": "true",
        }

    @property
    def environment(self) -> dict[str, str]:
        """The variables of AWS's SDKs, and a home without anybody's settings."""
        return os.environ | {
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "HOME": "/nonexistent",
        }

    def body(self, bucket: str, key: str) -> bytes:
        """The bytes of an object."""
        content: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def keys(self, bucket: str) -> list[str]:
        """All keys of a bucket."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [found["Key"] for page in pages for found in page.get("Contents", [])]


def run(*command: str | Path, env: dict[str, str], status: int = 0, **keywords: Any) -> str:
    """What a program of this environment prints to both of its outputs, when it ends with this exit status."""
    program = Path(sys.executable).with_name(str(command[0]))
    words = [str(program if program.exists() else command[0]), *map(str, command[1:])]
    done = subprocess.run(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **keywords)
    printed: str = done.stdout.decode()
    assert done.returncode == status, printed
    return printed
