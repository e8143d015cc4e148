"""s3cmd."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.over_http.place import ACCESS_KEY, LARGE, REGION, SECRET_KEY, TREE, Place, run

S3cmd = Callable[..., str]


def client() -> tuple[str, str]:
    return "s3cmd", run("s3cmd", "--version", env={}).split()[-1]


@pytest.fixture
def s3cmd(place: Place, tmp_path: Path) -> S3cmd:
    """Call s3cmd with a configuration of its own."""
    config = tmp_path / "s3cfg"
    config.write_text(
        f"[default]\naccess_key = {ACCESS_KEY}\nsecret_key = {SECRET_KEY}\nbucket_location = {REGION}\n"
        f"host_base = {place.address}\nhost_bucket = {place.address}\nuse_https = False\nmax_retries = 1\n"
        f"website_endpoint = http://%(bucket)s.s3-website.localhost/\nsend_chunk = 65536\nstop_on_error = True\n"
    )
    return lambda *words, **keywords: run(
        "s3cmd", "-c", config, "--no-progress", *words, env=place.environment, **keywords
    )


def test_a_tree_is_synced_up_and_down(s3cmd: S3cmd, place: Place, bucket: str, tree: Path, tmp_path: Path) -> None:
    s3cmd("sync", "--multipart-chunk-size-mb=5", f"{tree}/", f"s3://{bucket}/up/")
    assert {key: place.body(bucket, key) for key in place.keys(bucket)} == {f"up/{k}": v for k, v in TREE.items()}
    assert place.s3.head_object(Bucket=bucket, Key="up/large.bin")["ETag"].endswith('-3"')
    s3cmd("sync", f"s3://{bucket}/up/", f"{tmp_path}/down/")
    assert {name: (tmp_path / "down" / name).read_bytes() for name in TREE} == TREE
    (tree / "plain.txt").write_bytes(b"changed")
    (tree / "empty").unlink()
    printed = s3cmd("sync", "--delete-removed", f"{tree}/", f"s3://{bucket}/up/")
    assert "delete: " in printed
    assert printed.count("upload: ") == 1
    assert place.body(bucket, "up/plain.txt") == b"changed"
    assert "up/empty" not in place.keys(bucket)


def test_buckets_are_made_listed_and_removed(s3cmd: S3cmd, place: Place, tree: Path) -> None:
    s3cmd("mb", "s3://made-by-s3cmd")
    s3cmd("put", "-r", f"{tree}/", "s3://made-by-s3cmd/")
    assert "s3://made-by-s3cmd" in s3cmd("ls")
    assert "s3://made-by-s3cmd/plain.txt" in s3cmd("la")
    assert s3cmd("du", "s3://made-by-s3cmd").split()[:2] == [str(sum(map(len, TREE.values()))), str(len(TREE))]
    assert "Location:  us-east-1" in s3cmd("info", "s3://made-by-s3cmd").replace("   ", "  ")
    assert "BucketNotEmpty" in s3cmd("rb", "s3://made-by-s3cmd", status=13)
    s3cmd("del", "--recursive", "--force", "s3://made-by-s3cmd")
    s3cmd("rb", "s3://made-by-s3cmd")
    assert "made-by-s3cmd" not in s3cmd("ls")


def test_listings_go_on_over_pages(s3cmd: S3cmd, place: Place, bucket: str) -> None:
    for n in range(1010):
        place.s3.put_object(Bucket=bucket, Key=f"d{n % 3}/{n:04}")
    assert len(s3cmd("ls", "-r", f"s3://{bucket}").splitlines()) == 1010
    assert [line.split()[-1] for line in s3cmd("ls", f"s3://{bucket}").splitlines()] == [
        f"s3://{bucket}/d{n}/" for n in range(3)
    ]
    assert s3cmd("ls", "-r", "--limit=7", f"s3://{bucket}").count("s3://") == 7
    s3cmd("del", "-r", "--force", f"s3://{bucket}/d0/")
    assert len(place.keys(bucket)) == 1010 - 337


def test_objects_with_headers_and_metadata(s3cmd: S3cmd, place: Place, bucket: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"abc")
    key = f"s3://{bucket}/ä b.txt"
    s3cmd(
        "put", tmp_path / "a.txt", key, "--add-header=x-amz-meta-colour: blue", "--add-header=Cache-Control:no-store",
        "--storage-class=STANDARD_IA", "--mime-type=text/x-odd", "--server-side-encryption",
    )  # fmt: skip
    head = place.s3.head_object(Bucket=bucket, Key="ä b.txt")
    assert head["Metadata"]["colour"] == "blue"
    assert (head["CacheControl"], head["StorageClass"], head["ServerSideEncryption"]) == (
        "no-store",
        "STANDARD_IA",
        "AES256",
    )
    info = s3cmd("info", key)
    assert "MD5 sum:   900150983cd24fb0d6963f7d28e17f72" in info
    assert "text/x-odd" in info
    s3cmd("modify", key, "--add-header=x-amz-meta-shape: round", "--remove-header=Cache-Control")
    head = place.s3.head_object(Bucket=bucket, Key="ä b.txt")
    assert {"colour": "blue", "shape": "round"}.items() <= head["Metadata"].items()
    assert "CacheControl" not in head
    s3cmd("settagging", key, "a=1&b=2")
    assert s3cmd("gettagging", key).split()[-4:] == ["a:", "1", "b:", "2"]
    s3cmd("deltagging", key)
    assert place.s3.get_object_tagging(Bucket=bucket, Key="ä b.txt")["TagSet"] == []


def test_objects_are_copied_moved_and_got(s3cmd: S3cmd, place: Place, bucket: str, tmp_path: Path) -> None:
    place.s3.put_object(Bucket=bucket, Key="large", Body=LARGE)
    s3cmd("cp", f"s3://{bucket}/large", f"s3://{bucket}/copy")
    s3cmd("mv", f"s3://{bucket}/copy", f"s3://{bucket}/moved")
    assert place.keys(bucket) == ["large", "moved"]
    (tmp_path / "got").write_bytes(LARGE[:1000])
    s3cmd("get", "--continue", f"s3://{bucket}/moved", tmp_path / "got")
    assert (tmp_path / "got").read_bytes() == LARGE
    assert s3cmd("--quiet", "put", "-", f"s3://{bucket}/piped", input=b"from a pipe") == ""
    assert place.body(bucket, "piped") == b"from a pipe"
    assert s3cmd("--quiet", "get", f"s3://{bucket}/piped", "-") == "from a pipe"


def test_uploads_are_listed_and_aborted(s3cmd: S3cmd, place: Place, bucket: str) -> None:
    upload = place.s3.create_multipart_upload(Bucket=bucket, Key="left")["UploadId"]
    place.s3.upload_part(Bucket=bucket, Key="left", UploadId=upload, PartNumber=1, Body=b"part")
    assert upload in s3cmd("multipart", f"s3://{bucket}")
    assert "8d0b8a58" not in s3cmd("listmp", f"s3://{bucket}/left", upload)
    s3cmd("abortmp", f"s3://{bucket}/left", upload)
    assert upload not in s3cmd("multipart", f"s3://{bucket}")


def test_acls(s3cmd: S3cmd, place: Place, bucket: str) -> None:
    place.s3.delete_public_access_block(Bucket=bucket)
    place.s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    place.s3.put_object(Bucket=bucket, Key="a", Body=b"public")
    s3cmd("setacl", "--acl-public", f"s3://{bucket}/a")
    assert urllib.request.urlopen(f"{place.url}/{bucket}/a").read() == b"public"
    s3cmd("setacl", "--acl-private", f"s3://{bucket}/a")
    assert len(place.s3.get_object_acl(Bucket=bucket, Key="a")["Grants"]) == 1
    s3cmd("setacl", "--acl-public", "--recursive", f"s3://{bucket}/")
    assert "*anon*: READ" in s3cmd("info", f"s3://{bucket}/a")


POLICY = {"Effect": "Allow", "Principal": {"AWS": ACCESS_KEY}, "Action": "s3:GetObject"}
CONFIGURATIONS = {
    "policy": (
        "get_bucket_policy",
        json.dumps({"Version": "2012-10-17", "Statement": [POLICY | {"Resource": "arn:aws:s3:::configured-policy/*"}]}),
    ),
    "cors": (
        "get_bucket_cors",
        (
            "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>"
            "</CORSConfiguration>"
        ),
    ),
    "lifecycle": (
        "get_bucket_lifecycle_configuration",
        (
            "<LifecycleConfiguration><Rule><ID>x</ID><Prefix>logs/</Prefix><Status>Enabled</Status><Expiration>"
            "<Days>3</Days></Expiration></Rule></LifecycleConfiguration>"
        ),
    ),
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_configurations(s3cmd: S3cmd, place: Place, tmp_path: Path, name: str) -> None:
    bucket = f"configured-{name}"
    get, document = CONFIGURATIONS[name]
    s3cmd("mb", f"s3://{bucket}")
    (tmp_path / "document").write_text(document)
    s3cmd(f"set{name}", tmp_path / "document", f"s3://{bucket}")
    assert getattr(place.s3, get)(Bucket=bucket)
    s3cmd("info", f"s3://{bucket}")
    s3cmd(f"del{name}", f"s3://{bucket}")
    with pytest.raises(place.s3.exceptions.ClientError, match="NoSuch"):
        getattr(place.s3, get)(Bucket=bucket)


def test_other_settings_of_a_bucket(s3cmd: S3cmd, place: Place, bucket: str) -> None:
    s3cmd("ws-create", "--ws-index=index.html", f"s3://{bucket}")
    assert "index.html" in s3cmd("ws-info", f"s3://{bucket}")
    s3cmd("ws-delete", f"s3://{bucket}")
    s3cmd("expire", "--expiry-days=3", "--expiry-prefix=logs/", f"s3://{bucket}")
    assert "logs/" in s3cmd("getlifecycle", f"s3://{bucket}")
    s3cmd("setversioning", f"s3://{bucket}", "enable")
    assert place.s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    s3cmd("setownership", f"s3://{bucket}", "BucketOwnerPreferred")
    s3cmd("setblockpublicaccess", f"s3://{bucket}", "BlockPublicAcls,IgnorePublicAcls")
    block = place.s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert [name for name, is_on in block.items() if is_on] == ["BlockPublicAcls", "IgnorePublicAcls"]
    s3cmd("settagging", f"s3://{bucket}", "team=red")
    assert place.s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "team", "Value": "red"}]


def test_signed_urls_and_version_2(s3cmd: S3cmd, place: Place, bucket: str, tree: Path) -> None:
    place.s3.put_object(Bucket=bucket, Key="a b", Body=b"signed")
    link = s3cmd("signurl", f"s3://{bucket}/a b", "+3600").split()[-1]
    assert urllib.request.urlopen(link).read() == b"signed"
    s3cmd("--signature-v2", "put", "-r", "--multipart-chunk-size-mb=5", f"{tree}/", f"s3://{bucket}/v2/")
    assert {key: place.body(bucket, f"v2/{key}") for key in TREE} == TREE
    assert len(s3cmd("--signature-v2", "ls", "-r", f"s3://{bucket}").splitlines()) == len(TREE) + 1
    s3cmd("--signature-v2", "del", "-r", "--force", f"s3://{bucket}")
    assert place.keys(bucket) == []


def test_errors(s3cmd: S3cmd, bucket: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    assert "NoSuchBucket" in s3cmd("ls", "s3://no-such-bucket-here", status=12)
    assert "does not exist" in s3cmd("get", f"s3://{bucket}/none", tmp_path / "b", status=64)
    assert "SignatureDoesNotMatch" in s3cmd("--secret_key=wrong", "ls", f"s3://{bucket}", status=77)
    assert "NoSuchBucket" in s3cmd("put", tmp_path / "a", "s3://no-such-bucket-here", status=12)
