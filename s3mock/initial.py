"""What a server holds when it starts: the buckets that arguments or variables name, and folders of files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import cast
from urllib.parse import quote, unquote

from s3mock.backend.cloud import Cloud
from s3mock.http import Body, Request
from s3mock.models import content_type
from s3mock.models.credentials import ACCESS_KEY
from s3mock.models.regions import CLASSIC
from s3mock.settings import SettingError
from s3mock.transports import adapter

Contents = str | Iterable[str] | Mapping[str, Mapping[str, bytes | str]]
"""A bucket's name, several, or the objects of each by their keys."""

VARIABLES: Mapping[str, str] = {
    "S3MOCK_BUCKETS": ",",
    "COM_ADOBE_TESTING_S3MOCK_STORE_INITIAL_BUCKETS": ",",  # adobe/S3Mock's; the next one is its old name
    "initialBuckets": ",",
    "MINIO_DEFAULT_BUCKETS": ",; ",  # of Bitnami's image of MinIO
}
"""The environment variables that name buckets to create, and what separates their names."""


def buckets_of_environment() -> tuple[str, ...]:
    """The names of buckets in the environment. Raises SettingError for a name with a policy, ``name:public``."""
    names: list[str] = []
    for variable, separators in VARIABLES.items():
        text = os.environ.get(variable, "")
        if ":" in text:
            raise SettingError(f"{variable} is {text!r}, but should be names of buckets: policies are not supported")
        for separator in separators:
            text = text.replace(separator, "\n")
        names += (name.strip() for name in text.split("\n") if name.strip())
    return tuple(dict.fromkeys(names))


def create(cloud: Cloud, contents: Contents, region: str = CLASSIC, *, replaces: bool = False) -> None:
    """Create the buckets and objects that do not exist yet; with ``replaces`` put objects that do anew.

    Raises ValueError with S3's error where S3 refuses one, TypeError for what is neither names nor objects.
    """
    for name in _names(contents):
        if cloud.find_bucket(name) is None:
            place = f"<LocationConstraint>{region}</LocationConstraint>"
            document = "" if region == CLASSIC else f"<CreateBucketConfiguration>{place}</CreateBucketConfiguration>"
            _put(cloud, f"/{quote(name, safe='')}", document.encode(), {})
        objects = contents[name] if isinstance(contents, Mapping) else {}
        for key, content in objects.items():
            if replaces or not _exists(cloud, name, key):
                _put_object(cloud, name, key, content.encode() if isinstance(content, str) else content)


def _names(contents: Contents) -> Iterable[str]:
    """The names of the buckets. Raises TypeError, before anything is created."""
    names = (
        [contents] if isinstance(contents, str) else list(contents) if isinstance(contents, Iterable) else [contents]
    )
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"buckets are a name, names, or a mapping of names to objects, not {contents!r}")
    if isinstance(contents, Mapping):
        for name, objects in contents.items():
            if not isinstance(objects, Mapping):
                raise TypeError(f"the objects of bucket {name!r} are a mapping of keys to contents, not {objects!r}")
            for key, content in objects.items():
                if not isinstance(content, (str, bytes, bytearray, memoryview)):
                    raise TypeError(f"the content of {name}/{key} is bytes or text, not {content!r}")
    return names


def create_from_folder(cloud: Cloud, folder: Path, region: str = CLASSIC) -> None:
    """Create a bucket for each subfolder, and an object for each file at any depth in it.

    The key is the path below the subfolder; the content type follows from the file's extension. Files next to the
    subfolders are left out. Raises OSError for a folder that cannot be read, ValueError with S3's error where S3
    refuses a name.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder with a subfolder for each bucket")
    for subfolder in sorted(folder.iterdir()):
        if subfolder.is_dir():
            create(cloud, subfolder.name, region)
            for file in sorted(subfolder.rglob("*")):
                key = file.relative_to(subfolder).as_posix()
                if file.is_file() and not _exists(cloud, subfolder.name, key):
                    _put_object(cloud, subfolder.name, key, file.read_bytes())


def _exists(cloud: Cloud, bucket: str, key: str) -> bool:
    """Whether the data folder, which the server continues from, has an object."""
    present = cloud.find_bucket(bucket)
    return present is not None and key in present.state.keys


def _put_object(cloud: Cloud, bucket: str, key: str, content: bytes) -> None:
    _put(cloud, f"/{quote(bucket)}/{quote(key)}", content, {"content-type": content_type.of_key(key)})


def _put(cloud: Cloud, path: str, content: bytes, headers: Mapping[str, str]) -> None:
    """Send a PUT by the mock's own access key."""
    signed = {"authorization": f"AWS {ACCESS_KEY}:unverified", "content-length": str(len(content))}
    request = Request("PUT", "http", "localhost", path, "", {**signed, **headers}, Body(content), by_mock=True)
    response = adapter.answer(cloud, request)
    if response.status >= 300:
        error = cast("bytes", response.body).decode()
        code, message = (error.partition(f"<{tag}>")[2].partition("<")[0] for tag in ("Code", "Message"))
        raise ValueError(f"cannot create {unquote(path[1:])}: {code}: {message}")
