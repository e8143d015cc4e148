"""Multipart uploads: create, upload parts, abort, list; ``completing`` is about CompleteMultipartUpload."""

from __future__ import annotations

from itertools import islice
from typing import cast

from s3mock.backend import ids, listing, multipart
from s3mock.backend.access import ownership_controls
from s3mock.backend.blobs import Blob
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import checksums, directory, names, ranges
from s3mock.models.checksums import ALGORITHMS, FULL_OBJECT
from s3mock.models.multipart import Part, Upload
from s3mock.responses import encryption, lifecycle, object_lock, payload
from s3mock.responses.listing import encoder, page_size, prefixes
from s3mock.responses.objects import copying, new, part_numbers
from s3mock.responses.registry import Parameters, operation


@operation(
    "CreateMultipartUpload",
    action="s3:PutObject",
    on="new object",
    log="REST.POST.UPLOADS",
    directory="zonal",
    multi_region=True,
    # https://github.com/aws/aws-sdk-cpp/issues/1575, https://github.com/scylladb/scylladb/issues/13425
    unsigned="Anonymous users cannot initiate multipart uploads.  Please authenticate.",
)
def create_multipart_upload(exchange: Exchange, request: Parameters) -> Parameters:
    """Begin an upload in parts, with all properties of the object that it will become.

    S3 API: CreateMultipartUpload
    """
    key = request["Key"]
    names.check_key(key, exchange.cloud.settings.key_max_length)
    checksum = checksums.of_upload(request)
    upload = Upload(
        key=key,
        upload_id=ids.upload_id(key),
        initiated=exchange.cloud.clock.now(),
        initiator=exchange.caller,
        initiator_arn=exchange.caller_arn,
        checksum_algorithm=checksum[0].name if checksum else None,
        checksum_type=checksum[1] if checksum else None,
        **new.properties(exchange, request),
    )
    exchange.commit(lambda state: multipart.create(state, upload))
    return {
        "Bucket": exchange.bucket.name,
        "Key": key,
        "UploadId": upload.upload_id,
        **upload.encryption.members,
        "ChecksumAlgorithm": upload.checksum_algorithm,
        "ChecksumType": upload.checksum_type,
        **lifecycle.abort_date(exchange, upload),
    }


@operation("UploadPart", action="s3:PutObject", on="upload", log="REST.PUT.PART", directory="zonal", multi_region=True)
def upload_part(exchange: Exchange, request: Parameters) -> Parameters:
    """Store one part of an upload, in place of an earlier one with its number.

    S3 API: UploadPart
    """
    number, key, upload_id = part_numbers.of_request(exchange, request), request["Key"], request["UploadId"]
    upload = multipart.in_progress(exchange.bucket.state, key, upload_id)
    encryption.check_part(exchange, request, upload)
    object_lock.check_digest(exchange, upload.lock, "Part")
    # The part keeps a checksum of the algorithm that its upload was created with; an upload without an algorithm
    # accepts any. In a FULL_OBJECT upload, S3 computes it if the request has none
    # (https://github.com/versity/versitygw/issues/1342).
    algorithm = upload.checksum_algorithm
    default = ALGORITHMS[algorithm] if algorithm is not None and upload.checksum_type == FULL_OBJECT else None
    blob, md5, checksum = payload.store(exchange, request, default)
    if algorithm is not None and (checksum is None or checksum.algorithm != algorithm):
        actual = checksum.algorithm.lower() if checksum else "null"
        raise S3Error(
            "InvalidRequest",
            f"Checksum Type mismatch occurred, expected checksum Type: {algorithm.lower()}, "
            f"actual checksum Type: {actual}",
        )
    etag = upload.encryption.etag(md5)
    part = Part(part_number=number, etag=etag, last_modified=exchange.cloud.clock.now(), blob=blob, checksum=checksum)
    exchange.commit(lambda state: multipart.put_part(state, key, upload_id, part))
    reply = {"ETag": f'"{etag}"', **upload.encryption.members}
    if checksum is not None:
        reply[checksum.member] = checksum.value
    return reply


@operation("UploadPartCopy", action="s3:PutObject", on="upload", log="REST.COPY.PART", directory="zonal")
def upload_part_copy(exchange: Exchange, request: Parameters) -> Parameters:
    """Make a part from an existing object, or from a range of it.

    S3 API: UploadPartCopy
    """
    number, key, upload_id = part_numbers.of_request(exchange, request), request["Key"], request["UploadId"]
    upload = multipart.in_progress(exchange.bucket.state, key, upload_id)
    encryption.check_part(exchange, request, upload)
    source = copying.find_source(exchange, request)
    start, stop = 0, source.blob.size
    if "CopySourceRange" in request:
        start, stop = ranges.parse_copy_source_range(request["CopySourceRange"], stop)
    copying.check_size(exchange, stop - start)
    blob = cast("Blob", source.blob).part(start, stop)
    algorithm = None if upload.checksum_algorithm is None else ALGORITHMS[upload.checksum_algorithm]
    md5, checksum = payload.digests_of(blob, algorithm, copying.known_md5(source.version, start, stop))
    etag, now = upload.encryption.etag(md5), exchange.cloud.clock.now()
    part = Part(part_number=number, etag=etag, last_modified=now, blob=blob, checksum=checksum)
    exchange.commit(lambda state: multipart.put_part(state, key, upload_id, part))
    result: Parameters = {"ETag": f'"{etag}"', "LastModified": now}
    if checksum is not None:
        result[checksum.member] = checksum.value
    return {"CopyPartResult": result, "CopySourceVersionId": source.version_id, **upload.encryption.members}


@operation(
    "AbortMultipartUpload",
    action="s3:AbortMultipartUpload",
    on="upload",
    log="REST.DELETE.UPLOAD",
    directory="zonal",
    multi_region=True,
)
def abort_multipart_upload(exchange: Exchange, request: Parameters) -> Parameters:
    """Forget an upload and its parts.

    S3 API: AbortMultipartUpload
    """
    directory.check_directory_only(request, "IfMatchInitiatedTime")
    exchange.commit(lambda state: multipart.abort(state, request["Key"], request["UploadId"]))
    return {}


@operation(
    "ListParts",
    action="s3:ListMultipartUploadParts",
    on="upload",
    log="REST.GET.UPLOAD",
    directory="zonal",
    multi_region=True,
)
def list_parts(exchange: Exchange, request: Parameters) -> Parameters:
    """List the parts of an upload by their numbers, after PartNumberMarker.

    S3 API: ListParts
    """
    upload = multipart.in_progress(exchange.bucket.state, request["Key"], request["UploadId"])
    encryption.check_parts(exchange, request, upload)
    limit, marker = page_size(exchange, request, "MaxParts", "max-parts"), part_numbers.marker_of(request)
    remaining = multipart.parts_after(upload, marker)
    page = list(islice(remaining, limit))
    parts: list[Parameters] = []
    for part in page:
        parts.append(
            {
                "PartNumber": part.part_number,
                "LastModified": part.last_modified,
                "ETag": f'"{part.etag}"',
                "Size": part.size,
            }
        )
        if upload.checksum_algorithm is not None and part.checksum is not None:
            # Not listed where the upload has no algorithm (aws_recorded: test_list_parts_pagination).
            parts[-1][part.checksum.member] = part.checksum.value
    return {
        "Bucket": exchange.bucket.name,
        "Key": upload.key,
        "UploadId": upload.upload_id,
        "PartNumberMarker": marker,
        "NextPartNumberMarker": page[-1].part_number if page else 0,
        "MaxParts": limit,
        # A page without parts is not truncated: there is no part to continue from (assumed).
        "IsTruncated": bool(page) and next(remaining, None) is not None,
        "Parts": parts,
        "StorageClass": upload.storage_class,
        "ChecksumAlgorithm": upload.checksum_algorithm,
        "ChecksumType": upload.checksum_type,
        **_initiator_and_owner(exchange, upload),
        **lifecycle.abort_date(exchange, upload),
    }


def _initiator_and_owner(exchange: Exchange, upload: Upload) -> Parameters:
    """The Initiator of an upload, and the Owner of the object that it will become.

    An account is its own Initiator and shown like an Owner; a user or a session has an ARN and a DisplayName (API page
    ListParts, aws_recorded: test_list_parts_pagination).
    """
    owner = ownership_controls.sole_owner(exchange.bucket.state) or upload.owner
    initiator, name = {"ID": upload.initiator.canonical_id}, upload.initiator_arn.partition("/")[2]
    if name:  # the ARN of a root user has none
        initiator = {"ID": upload.initiator_arn, "DisplayName": name}
    return {"Initiator": initiator, "Owner": {"ID": owner.canonical_id}}


@operation(
    "ListMultipartUploads",
    action="s3:ListBucketMultipartUploads",
    log="REST.GET.UPLOADS",
    directory="zonal",
    access_point=True,
    multi_region=True,
)
def list_multipart_uploads(exchange: Exchange, request: Parameters) -> Parameters:
    """List the uploads in progress, the keys in order and the uploads of each in the order of their initiation.

    S3 API: ListMultipartUploads
    """
    encode = encoder(request)
    limit = page_size(exchange, request, "MaxUploads", "max-uploads")
    key_marker, prefix, delimiter = request.get("KeyMarker", ""), request.get("Prefix"), request.get("Delimiter")
    upload_id_marker = request.get("UploadIdMarker", "") if key_marker else ""
    page = listing.uploads_page(
        exchange.bucket.state.uploads,
        prefix=prefix or "",
        delimiter=delimiter or "",
        key_marker=key_marker,
        upload_id_marker=upload_id_marker,
        limit=limit,
    )
    return {
        "Bucket": exchange.bucket.name,
        "KeyMarker": encode(key_marker),
        "UploadIdMarker": upload_id_marker,
        "NextKeyMarker": encode(page.next_key_marker),
        "NextUploadIdMarker": page.next_upload_id_marker,
        "Prefix": encode(prefix) if prefix else None,
        "Delimiter": encode(delimiter) if delimiter else None,
        "EncodingType": request.get("EncodingType"),
        "MaxUploads": limit,
        "IsTruncated": page.truncated,
        "Uploads": [listed_upload(exchange, upload, encode(key)) for key, upload in page.entries],
        "CommonPrefixes": prefixes(page.common_prefixes, encode),
    }


def listed_upload(exchange: Exchange, upload: Upload, key: str) -> Parameters:
    """The ``Upload`` element of a listing; ``key`` is its key, encoded as the listing has it."""
    return {
        "Key": key,
        "UploadId": upload.upload_id,
        "StorageClass": upload.storage_class,
        "Initiated": upload.initiated,
        "ChecksumAlgorithm": upload.checksum_algorithm,
        "ChecksumType": upload.checksum_type,
        **_initiator_and_owner(exchange, upload),
    }
