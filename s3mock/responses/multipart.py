"""Multipart uploads: create, upload parts, complete, abort, list."""

from __future__ import annotations

from urllib.parse import quote

from s3mock.backend import ids, listing, multipart
from s3mock.backend.multipart import Assembly
from s3mock.errors import S3Error
from s3mock.models import checksum, names, ranges
from s3mock.models.checksum import ALGORITHMS, COMPOSITE, FULL_OBJECT, Checksum
from s3mock.models.conditions import Condition
from s3mock.models.multipart import Part, Upload
from s3mock.responses import copying, new_object, payload
from s3mock.responses.context import Context
from s3mock.responses.listing import encoder, page_size, prefixes
from s3mock.responses.objects import stored
from s3mock.responses.registry import Parameters, operation
from s3mock.responses.unsupported import CUSTOMER_KEYS, NEW_OBJECT, RARE_CHECKSUMS, SOURCE_CUSTOMER_KEYS

MOST_PARTS = 10_000


@operation("CreateMultipartUpload", refused=NEW_OBJECT)
def create_multipart_upload(ctx: Context, request: Parameters) -> Parameters:
    """Begin an upload in parts; what the object will be told is told now.

    S3 API: CreateMultipartUpload
    """
    key = request["Key"]
    names.check_key(key)
    asked = checksum.of_upload(request)
    upload = Upload(
        key=key,
        upload_id=ids.upload_id(key),
        initiated=ctx.cloud.clock.now(),
        initiator=ctx.caller,
        checksum_algorithm=asked[0].name if asked else None,
        checksum_type=asked[1] if asked else None,
        **new_object.properties(ctx, request),
    )
    ctx.bucket.commit(lambda state: multipart.create(state, upload))
    return {
        "Bucket": ctx.bucket.name,
        "Key": key,
        "UploadId": upload.upload_id,
        "ServerSideEncryption": upload.server_side_encryption,
        "ChecksumAlgorithm": upload.checksum_algorithm,
        "ChecksumType": upload.checksum_type,
    }


def _part_number(request: Parameters) -> int:
    number: int = request["PartNumber"]
    if not 1 <= number <= MOST_PARTS:
        raise S3Error(
            "InvalidArgument",
            f"Part number must be an integer between 1 and {MOST_PARTS}, inclusive",
            ArgumentName="partNumber",
            ArgumentValue=str(number),
        )
    return number


@operation("UploadPart", refused=CUSTOMER_KEYS | RARE_CHECKSUMS)
def upload_part(ctx: Context, request: Parameters) -> Parameters:
    """Store one part of an upload, in place of an earlier one with its number.

    S3 API: UploadPart
    """
    number, key, upload_id = _part_number(request), request["Key"], request["UploadId"]
    upload = multipart.in_progress(ctx.bucket.state, key, upload_id)
    blob, etag, value = payload.store(ctx, request)
    _check_algorithm(upload, value)
    part = Part(part_number=number, etag=etag, last_modified=ctx.cloud.clock.now(), blob=blob, checksum=value)
    ctx.bucket.commit(lambda state: multipart.put_part(state, key, upload_id, part))
    reply = {"ETag": f'"{etag}"', "ServerSideEncryption": upload.server_side_encryption}
    if value is not None:
        reply[value.member] = value.value
    return reply


def _check_algorithm(upload: Upload, value: Checksum | None) -> None:
    """Refuse a part whose checksum is not of the algorithm that its upload was created with."""
    expected, actual = upload.checksum_algorithm, value.algorithm if value else None
    if expected is not None and actual != expected:
        said = actual.lower() if actual else "null"
        raise S3Error(
            "InvalidRequest",
            f"Checksum Type mismatch occurred, expected checksum Type: {expected.lower()}, "
            f"actual checksum Type: {said}",
        )


@operation("UploadPartCopy", refused=CUSTOMER_KEYS | SOURCE_CUSTOMER_KEYS)
def upload_part_copy(ctx: Context, request: Parameters) -> Parameters:
    """Make a part of an existing object, or of a range of it.

    S3 API: UploadPartCopy
    """
    number, key, upload_id = _part_number(request), request["Key"], request["UploadId"]
    upload = multipart.in_progress(ctx.bucket.state, key, upload_id)
    source = copying.find_source(ctx, request)
    start, stop = 0, source.blob.size
    if "CopySourceRange" in request:
        start, stop = ranges.parse_copy_source_range(request["CopySourceRange"], stop)
    blob, etag, value = payload.take(ctx, source.blob.chunks(start, stop), upload.checksum_algorithm)
    now = ctx.cloud.clock.now()
    part = Part(part_number=number, etag=etag, last_modified=now, blob=blob, checksum=value)
    ctx.bucket.commit(lambda state: multipart.put_part(state, key, upload_id, part))
    result: Parameters = {"ETag": f'"{etag}"', "LastModified": now}
    if value is not None:
        result[value.member] = value.value
    return {
        "CopyPartResult": result,
        "CopySourceVersionId": source.version_id,
        "ServerSideEncryption": upload.server_side_encryption,
    }


@operation("CompleteMultipartUpload", refused=CUSTOMER_KEYS | RARE_CHECKSUMS)
def complete_multipart_upload(ctx: Context, request: Parameters) -> Parameters:
    """Make one object of the listed parts; completing again answers the same.

    S3 API: CompleteMultipartUpload
    """
    key, upload_id, bucket = request["Key"], request["UploadId"], ctx.bucket
    condition = Condition.for_write(request.get("IfMatch"), request.get("IfNoneMatch"))
    listed = request.get("MultipartUpload", {}).get("Parts", [])
    if not listed or any("PartNumber" not in part or "ETag" not in part for part in listed):
        raise S3Error("MalformedXML")
    version = multipart.completed(bucket.state, key, upload_id)
    if version is None:
        numbers = [(part["PartNumber"], part["ETag"]) for part in listed]
        minimum = ctx.cloud.settings.upload_part_min_size
        assembly = multipart.assemble(bucket.state, key, upload_id, numbers, min_size=minimum)
        _check_size(request, assembly)
        value = _checksum(request, assembly, listed)
        change = bucket.commit(
            lambda state: multipart.complete(
                state, assembly, last_modified=ctx.cloud.clock.now(), checksum=value, condition=condition
            )
        )
        version = change.made
    return stored(ctx, version) | {"Location": _location(ctx, key), "Bucket": bucket.name, "Key": key}


def _location(ctx: Context, key: str) -> str:
    return f"https://{ctx.bucket.name}.s3.{ctx.bucket.region}.amazonaws.com/{quote(key, safe='')}"


def _check_size(request: Parameters, assembly: Assembly) -> None:
    said, size = request.get("MpuObjectSize"), assembly.blob.size
    if said is not None and said != size:
        raise S3Error(
            "InvalidRequest",
            f"The provided 'x-amz-mp-object-size' header value {said} does not match what was computed: {size}",
        )


def _checksum(request: Parameters, assembly: Assembly, listed: list[Parameters]) -> Checksum:
    """Return the object's checksum, and refuse a request that says another one, of it or of its parts.

    An upload that was created without an algorithm gets S3's own: CRC64NVME of the whole object (s3_facts 2).
    """
    upload = assembly.upload
    if upload.checksum_algorithm is None:
        computed = payload.default_checksum(assembly.blob)
    else:
        _check_parts(assembly, listed)
        algorithm = ALGORITHMS[upload.checksum_algorithm]
        values = [(part.checksum.value, part.size) for part in assembly.parts if part.checksum is not None]
        if upload.checksum_type == COMPOSITE:
            computed = checksum.composite(algorithm, (value for value, _ in values))
        else:
            computed = checksum.full_object(algorithm, values)
    said_type = request.get("ChecksumType")
    expected_type = upload.checksum_type or FULL_OBJECT
    if said_type is not None and said_type != expected_type:
        raise S3Error(
            "InvalidRequest",
            f"The upload was created using the {expected_type} checksum mode. "
            f"The complete request must use the same checksum mode.",
        )
    said = request.get(computed.member)
    if said is not None and said.partition("-")[0] != computed.value.partition("-")[0]:
        raise S3Error("BadDigest", f"The {computed.algorithm} you specified did not match the calculated checksum.")
    return computed


def _check_parts(assembly: Assembly, listed: list[Parameters]) -> None:
    """Compare the checksums that the request lists with those of the parts; a COMPOSITE upload needs them all."""
    upload = assembly.upload
    for part, said in zip(assembly.parts, listed, strict=True):
        if part.checksum is None:
            continue
        value = said.get(part.checksum.member)
        if value is None and upload.checksum_type == COMPOSITE:
            name = part.checksum.algorithm.lower()
            raise S3Error(
                "InvalidRequest",
                f"The upload was created using a {name} checksum. The complete request must include the checksum for "
                f"each part. It was missing for part {part.part_number} in the request.",
            )
        if value is not None and value != part.checksum.value:
            raise S3Error("InvalidPart", UploadId=upload.upload_id, PartNumber=part.part_number, ETag=part.etag)


@operation("AbortMultipartUpload", refused={"IfMatchInitiatedTime"})
def abort_multipart_upload(ctx: Context, request: Parameters) -> Parameters:
    """Forget an upload and its parts.

    S3 API: AbortMultipartUpload
    """
    ctx.bucket.commit(lambda state: multipart.abort(state, request["Key"], request["UploadId"]))
    return {}


@operation("ListParts", refused=CUSTOMER_KEYS)
def list_parts(ctx: Context, request: Parameters) -> Parameters:
    """List the parts of an upload by their numbers, after PartNumberMarker.

    S3 API: ListParts
    """
    upload = multipart.in_progress(ctx.bucket.state, request["Key"], request["UploadId"])
    limit, marker = page_size(ctx, request, "MaxParts", "max-parts"), request.get("PartNumberMarker", 0)
    behind = [part for part in upload.parts if part.part_number > marker]
    page = behind[:limit]
    return {
        "Bucket": ctx.bucket.name,
        "Key": upload.key,
        "UploadId": upload.upload_id,
        "PartNumberMarker": marker,
        "NextPartNumberMarker": page[-1].part_number if page else 0,
        "MaxParts": limit,
        "IsTruncated": len(behind) > len(page),
        "Parts": [_listed(part, upload) for part in page],
        "StorageClass": upload.storage_class,
        "ChecksumAlgorithm": upload.checksum_algorithm,
        "ChecksumType": upload.checksum_type,
        **_people(upload),
    }


def _listed(part: Part, upload: Upload) -> Parameters:
    described: Parameters = {
        "PartNumber": part.part_number,
        "LastModified": part.last_modified,
        "ETag": f'"{part.etag}"',
        "Size": part.size,
    }
    if upload.checksum_algorithm is not None and part.checksum is not None:
        # Without an algorithm of the upload the parts' own are not listed (aws_recorded: test_list_parts_pagination).
        described[part.checksum.member] = part.checksum.value
    return described


def _people(upload: Upload) -> Parameters:
    # The Initiator still has a DisplayName, the Owner has none (s3_facts 3).
    initiator = upload.initiator
    return {
        "Initiator": {"ID": f"arn:aws:iam::{initiator.id}:root", "DisplayName": "root"},
        "Owner": {"ID": upload.owner.canonical_id},
    }


@operation("ListMultipartUploads")
def list_multipart_uploads(ctx: Context, request: Parameters) -> Parameters:
    """List the uploads in progress, the keys in order and the uploads of each in the order of their initiation.

    S3 API: ListMultipartUploads
    """
    encode = encoder(request)
    limit = page_size(ctx, request, "MaxUploads", "max-uploads")
    key_marker, prefix, delimiter = request.get("KeyMarker", ""), request.get("Prefix"), request.get("Delimiter")
    upload_id_marker = request.get("UploadIdMarker", "") if key_marker else ""
    page = listing.uploads_page(
        ctx.bucket.state.uploads,
        prefix=prefix or "",
        delimiter=delimiter or "",
        key_marker=key_marker,
        upload_id_marker=upload_id_marker,
        limit=limit,
    )
    return {
        "Bucket": ctx.bucket.name,
        "KeyMarker": encode(key_marker),
        "UploadIdMarker": upload_id_marker,
        "NextKeyMarker": encode(page.next_key_marker),
        "NextUploadIdMarker": page.next_upload_id_marker,
        "Prefix": encode(prefix) if prefix else None,
        "Delimiter": encode(delimiter) if delimiter else None,
        "EncodingType": request.get("EncodingType"),
        "MaxUploads": limit,
        "IsTruncated": page.truncated,
        "Uploads": [_listed_upload(upload, encode(key)) for key, upload in page.entries],
        "CommonPrefixes": prefixes(page.common_prefixes, encode),
    }


def _listed_upload(upload: Upload, key: str) -> Parameters:
    return {
        "Key": key,
        "UploadId": upload.upload_id,
        "StorageClass": upload.storage_class,
        "Initiated": upload.initiated,
        **_people(upload),
    }
