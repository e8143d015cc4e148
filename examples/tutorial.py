"""Real Python's tutorial "Python, Boto3, and AWS S3: Demystified", step by step, on the mock: ``make demo``.

The tutorial creates buckets and files in eu-west-1 and shows what S3 answered in 2018. Here the same calls are made in
the same order. Each step prints its result, and fails if S3 answers something else. S3 has sent no DisplayName since
November 2025.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from s3mock import mock_s3

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "eu-west-1"
VERSION_ID = re.compile(r"[\w.]{32}")
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"


def chapter(title: str) -> None:
    """Print a heading."""
    print(f"\n{title}\n{'-' * len(title)}")


def got(what: str, answer: object, expected: object) -> None:
    """Print the result of a step. Raises AssertionError if it is not S3's."""
    print(f"{what}: {answer!r}")
    if answer != expected:
        raise AssertionError(f"{what}: got {answer!r}, but S3 answers {expected!r}")


def create_bucket_name(bucket_prefix: str) -> str:
    """A unique name of 3 to 63 characters."""
    return "".join([bucket_prefix, str(uuid.uuid4())])


def create_bucket(bucket_prefix: str, s3_connection: Any) -> tuple[str, Any]:
    """Create a bucket in the session's region, with a client or a resource; returns its name and the response."""
    session = boto3.session.Session()
    current_region = session.region_name
    bucket_name = create_bucket_name(bucket_prefix)
    bucket_response = s3_connection.create_bucket(
        Bucket=bucket_name, CreateBucketConfiguration={"LocationConstraint": current_region}
    )
    print(bucket_name, current_region)
    return bucket_name, bucket_response


def create_temp_file(size: int, file_name: str, file_content: str) -> str:
    """Write a file; returns its name, which begins with random characters."""
    random_file_name = "".join([str(uuid.uuid4().hex[:6]), file_name])
    with Path(random_file_name).open("w") as file:
        file.write(str(file_content) * size)
    return random_file_name


def copy_to_bucket(s3_resource: Any, bucket_from_name: str, bucket_to_name: str, file_name: str) -> None:
    """Copy an object from one bucket to another."""
    copy_source = {"Bucket": bucket_from_name, "Key": file_name}
    s3_resource.Object(bucket_to_name, file_name).copy(copy_source)


def enable_bucket_versioning(s3_resource: Any, bucket_name: str) -> str:
    """Enable the versioning of a bucket; returns its status."""
    bkt_versioning = s3_resource.BucketVersioning(bucket_name)
    bkt_versioning.enable()
    status: str = bkt_versioning.status
    return status


def delete_all_objects(s3_resource: Any, bucket_name: str) -> list[dict[str, str]]:
    """Delete every version of every object; returns their keys and version IDs."""
    bucket = s3_resource.Bucket(bucket_name)
    res = [{"Key": version.object_key, "VersionId": version.id} for version in bucket.object_versions.all()]
    print(res)
    bucket.delete_objects(Delete={"Objects": res})
    return res


def buckets(s3_resource: Any) -> tuple[str, str]:
    """Create two buckets: one with the client, one with the resource."""
    chapter("Creating a bucket")
    first_name, first_response = create_bucket(bucket_prefix="firstpythonbucket", s3_connection=s3_resource.meta.client)
    got("status", first_response["ResponseMetadata"]["HTTPStatusCode"], 200)
    got("location", first_response["Location"], f"http://{first_name}.s3.amazonaws.com/")
    got("server", first_response["ResponseMetadata"]["HTTPHeaders"]["server"], "AmazonS3")
    second_name, second_response = create_bucket(bucket_prefix="secondpythonbucket", s3_connection=s3_resource)
    got("second response", second_response, s3_resource.Bucket(name=second_name))
    return first_name, second_name


def uploads(s3_resource: Any, first_bucket_name: str, first_file_name: str) -> None:
    """Upload a file with the object, the bucket and the client, and download it."""
    chapter("Uploading a file")
    first_bucket = s3_resource.Bucket(name=first_bucket_name)
    first_object = s3_resource.Object(bucket_name=first_bucket_name, key=first_file_name)
    got("the bucket's object", first_bucket.Object(first_file_name), first_object)
    got("the object's bucket", first_object.Bucket(), first_bucket)

    s3_resource.Object(first_bucket_name, first_file_name).upload_file(Filename=first_file_name)
    first_object.upload_file(first_file_name)
    s3_resource.Bucket(first_bucket_name).upload_file(Filename=first_file_name, Key=first_file_name)
    s3_resource.meta.client.upload_file(Filename=first_file_name, Bucket=first_bucket_name, Key=first_file_name)
    got("size", first_object.content_length, 300)

    chapter("Downloading a file")
    download = Path(tempfile.gettempdir(), first_file_name)
    try:
        s3_resource.Object(first_bucket_name, first_file_name).download_file(str(download))
        got("bytes downloaded", len(download.read_bytes()), 300)
        got("the same bytes", download.read_bytes() == Path(first_file_name).read_bytes(), expected=True)
    finally:
        download.unlink(missing_ok=True)


def copies(s3_resource: Any, first_bucket_name: str, second_bucket_name: str, file_name: str) -> None:
    """Copy an object to the second bucket, and delete it there."""
    chapter("Copying an object between buckets, and deleting it")
    copy_to_bucket(s3_resource, first_bucket_name, second_bucket_name, file_name)
    second_bucket = s3_resource.Bucket(second_bucket_name)
    got("in the second bucket", [obj.key for obj in second_bucket.objects.all()], [file_name])
    s3_resource.Object(second_bucket_name, file_name).delete()
    got("after its deletion", [obj.key for obj in second_bucket.objects.all()], [])


def access_control(s3_resource: Any, bucket_name: str) -> str:
    """Make an object public, and private again."""
    chapter("ACL (access control lists)")
    second_file_name = create_temp_file(400, "secondfile.txt", "s")
    second_object = s3_resource.Object(bucket_name, second_file_name)
    second_object.upload_file(second_file_name, ExtraArgs={"ACL": "public-read"})

    second_object_acl = second_object.Acl()
    owner = {"Grantee": {"ID": second_object_acl.owner["ID"], "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}
    everyone = {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ"}
    got("grants", second_object_acl.grants, [owner, everyone])
    second_object_acl.put(ACL="private")
    got("grants when private", second_object_acl.grants, [owner])
    return second_file_name


def encryption_and_storage(s3_resource: Any, bucket_name: str) -> str:
    """Encrypt an object, and move it to another storage class."""
    chapter("Encryption")
    third_file_name = create_temp_file(300, "thirdfile.txt", "t")
    third_object = s3_resource.Object(bucket_name, third_file_name)
    third_object.upload_file(third_file_name, ExtraArgs={"ServerSideEncryption": "AES256"})
    got("server-side encryption", third_object.server_side_encryption, "AES256")

    chapter("Storage")
    third_object.upload_file(
        third_file_name, ExtraArgs={"ServerSideEncryption": "AES256", "StorageClass": "STANDARD_IA"}
    )
    third_object.reload()
    got("storage class", third_object.storage_class, "STANDARD_IA")
    return third_file_name


def versioning(s3_resource: Any, bucket_name: str, names: tuple[str, str, str]) -> None:
    """Enable versioning, and add versions to two objects."""
    chapter("Versioning")
    first_file_name, second_file_name, third_file_name = names
    got("versioning", enable_bucket_versioning(s3_resource, bucket_name), "Enabled")
    s3_resource.Object(bucket_name, first_file_name).upload_file(first_file_name)
    s3_resource.Object(bucket_name, first_file_name).upload_file(third_file_name)
    s3_resource.Object(bucket_name, second_file_name).upload_file(second_file_name)
    version_id = s3_resource.Object(bucket_name, first_file_name).version_id
    print(f"latest version: {version_id}")
    got("it looks like S3's", bool(VERSION_ID.fullmatch(version_id)), expected=True)


def traversals(s3_resource: Any, bucket_names: tuple[str, str], file_names: tuple[str, str, str]) -> None:
    """List the buckets, and the objects of the first one."""
    chapter("Traversals")
    got("buckets", [bucket.name for bucket in s3_resource.buckets.all()], sorted(bucket_names))
    dicts = s3_resource.meta.client.list_buckets().get("Buckets")
    got("buckets, from the client", [bucket_dict["Name"] for bucket_dict in dicts], sorted(bucket_names))

    first_bucket = s3_resource.Bucket(bucket_names[0])
    got("objects", [obj.key for obj in first_bucket.objects.all()], sorted(file_names))
    seen: dict[str, Any] = {}
    for obj in first_bucket.objects.all():
        subsrc = obj.Object()
        print(obj.key, obj.storage_class, obj.last_modified, subsrc.version_id, subsrc.metadata)
        versioned = bool(VERSION_ID.fullmatch(subsrc.version_id)) or subsrc.version_id
        seen[obj.key] = (obj.storage_class, versioned, subsrc.metadata)
    first, second, third = file_names
    expected: dict[str, Any] = {
        first: ("STANDARD", True, {}),
        second: ("STANDARD", True, {}),
        third: ("STANDARD_IA", "null", {}),
    }
    got("storage class, versioned, metadata", seen, expected)


def clean_up(s3_resource: Any, bucket_names: tuple[str, str], file_names: tuple[str, str, str]) -> None:
    """Delete every version and both buckets."""
    chapter("Deleting buckets and objects")
    first_bucket_name, second_bucket_name = bucket_names
    first, second, third = file_names
    deleted = delete_all_objects(s3_resource, first_bucket_name)
    keys = sorted([first, first, first, second, second, third])
    got("versions deleted, by key", [entry["Key"] for entry in deleted], keys)
    nulls = [entry["Key"] for entry in deleted if entry["VersionId"] == "null"]
    got("of these from before versioning", nulls, sorted(file_names))

    s3_resource.Object(second_bucket_name, first).upload_file(first)
    deleted = delete_all_objects(s3_resource, second_bucket_name)
    got("without versioning", deleted, [{"Key": first, "VersionId": "null"}])

    s3_resource.Bucket(first_bucket_name).delete()
    s3_resource.meta.client.delete_bucket(Bucket=second_bucket_name)
    got("buckets left", s3_resource.meta.client.list_buckets()["Buckets"], [])


def main() -> None:
    """Run all chapters."""
    chapter("Client versus resource")
    got("the client's region", boto3.client("s3").meta.region_name, REGION)
    s3_resource = boto3.resource("s3")
    got("the resource", s3_resource, boto3.resource("s3"))
    bucket_names = buckets(s3_resource)
    first_file_name = create_temp_file(300, "firstfile.txt", "f")
    uploads(s3_resource, bucket_names[0], first_file_name)
    copies(s3_resource, *bucket_names, first_file_name)
    second_file_name = access_control(s3_resource, bucket_names[0])
    third_file_name = encryption_and_storage(s3_resource, bucket_names[0])
    file_names = (first_file_name, second_file_name, third_file_name)
    versioning(s3_resource, bucket_names[0], file_names)
    traversals(s3_resource, bucket_names, file_names)
    clean_up(s3_resource, bucket_names, file_names)


@contextlib.contextmanager
def configured() -> Iterator[None]:
    """Set the region, which the tutorial has in ~/.aws/config, and work in an empty directory."""
    os.environ["AWS_DEFAULT_REGION"] = REGION
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        try:
            yield
        finally:
            os.chdir(before)


if __name__ == "__main__":
    with configured(), mock_s3():
        main()
    print("\nThe whole tutorial ran on the mock; nothing was sent to AWS.")
