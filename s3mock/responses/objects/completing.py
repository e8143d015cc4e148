"""Completing a multipart upload: the list of its parts, and the checksums that the request has for them.

| the upload was created with | the checksum of a listed part    | the object's, in ``x-amz-checksum-*``        |
|-----------------------------|----------------------------------|----------------------------------------------|
| no algorithm                | InvalidPart for any (1)          | ignored: S3 computes its own, a CRC64NVME    |
| FULL_OBJECT                 | the part's own, or left out      | BadDigest if it is another                   |
| COMPOSITE                   | the part's own; InvalidRequest   | BadDigest if it is another; the number of    |
|                             | if it is left out                | parts behind it may be left out              |

(1) https://github.com/aws/aws-sdk-go-v2/issues/3005, https://github.com/aws/aws-sdk-java-v2/issues/6518. What has no
other citation here about checksums is as versity/versitygw has it (tests/integration).
"""

from __future__ import annotations

from urllib.parse import quote_plus

from s3mock.backend import multipart
from s3mock.backend.multipart import Assembly
from s3mock.errors import S3Error, invalid_argument
from s3mock.exchange import Exchange
from s3mock.models import checksums
from s3mock.models.checksums import ALGORITHMS, COMPOSITE, FULL_OBJECT, Checksum
from s3mock.models.conditions import Condition
from s3mock.models.multipart import Part, Upload
from s3mock.responses import encryption, payload
from s3mock.responses.objects.objects import put_reply
from s3mock.responses.registry import Parameters, operation


@operation(
    "CompleteMultipartUpload",
    action="s3:PutObject",
    on="upload",
    log="REST.POST.UPLOAD",
    event="ObjectCreated:CompleteMultipartUpload",
    directory="zonal",
    multi_region=True,
)
def complete_multipart_upload(exchange: Exchange, request: Parameters) -> Parameters:
    """Make one object of the listed parts; completing again changes nothing.

    It answers the same again, without the ChecksumType (adobe/S3Mock, MultipartIT, verified against S3).

    S3 API: CompleteMultipartUpload
    """
    key, upload_id, bucket = request["Key"], request["UploadId"], exchange.bucket
    condition = Condition.for_write(request.get("IfMatch"), request.get("IfNoneMatch"))
    state = bucket.state  # of one moment: if another request completes the upload meanwhile, the commit notices
    version = multipart.completed(state, key, upload_id)
    if version is None:
        multipart.in_progress(state, key, upload_id)
    if "MultipartUpload" not in request:
        # A missing document (https://github.com/axman6/amazonka-s3-streaming/issues/19,
        # https://github.com/boto/boto3/issues/1635) has another error than one without parts
        # (https://github.com/versity/versitygw/issues/1328).
        raise S3Error("InvalidRequest", "You must specify at least one part")
    entries: list[Parameters] = request["MultipartUpload"].get("Parts", [])
    if not entries:
        raise S3Error("MalformedXML")
    for entry in entries:  # each has a number and an ETag: the codec has checked that
        if entry["PartNumber"] < 1:
            raise invalid_argument("PartNumber must be >= 1", "PartNumber", entry["PartNumber"])
    claimed = _claimed_checksum(request)

    repeated = version is not None
    if version is None:
        numbers = [(entry["PartNumber"], entry["ETag"]) for entry in entries]
        minimum = exchange.cloud.settings.upload_part_min_size
        assembly = multipart.assemble(state, key, upload_id, numbers, min_size=minimum)
        encryption.check_parts(exchange, request, assembly.upload)
        checksum = _verify(request, assembly, entries, claimed)
        change = exchange.commit(
            lambda state: multipart.complete(state, assembly, checksum=checksum, condition=condition)
        )
        version, repeated = change.made, change.event is None

    # The URL of the object at the host that the request used, its key encoded, slashes too: aws/aws-sdk-js issue 811
    # has path style, issue 1158 the global host, noobaa/noobaa-core issue 9982 a region's host; issues 811 and 1707 and
    # the AWS CLI's example have the key's characters. An access point is named as in the request (assumed); where that
    # was its ARN, it is in the host.
    name = bucket.name if exchange.through is None else exchange.through.name
    path = "" if exchange.target.style == "virtual" or name.startswith("arn:") else f"/{name}"
    location = f"{exchange.endpoint}{path}/{quote_plus(key)}"
    reply = {**put_reply(exchange, version), "Location": location, "Bucket": bucket.name, "Key": key}
    return reply | {"ChecksumType": None} if repeated else reply


def _claimed_checksum(request: Parameters) -> Checksum | None:
    """The checksum of the object in the request's headers, None without one.

    Raises InvalidRequest for several, for an invalid one, for an invalid type, and for a size below zero.
    """
    size, kind = request.get("MpuObjectSize", 0), request.get("ChecksumType")
    if size < 0:
        raise S3Error("InvalidRequest", f"Value for x-amz-mp-object-size header is less than zero: '{size}'")
    if kind not in (None, FULL_OBJECT, COMPOSITE):
        raise S3Error("InvalidRequest", "Value for x-amz-checksum-type header is invalid.")
    algorithm = checksums.announced(request)
    if algorithm is None:
        return None
    value: str = request[algorithm.member]
    digest, hyphen, count = value.partition("-")
    if hyphen and not (count.isascii() and count.isdigit()):
        raise S3Error("InvalidRequest", f"Value for {algorithm.header} header is invalid.")
    checksums.decode(algorithm, digest)
    return Checksum(algorithm.name, value, COMPOSITE if hyphen else FULL_OBJECT)


def _verify(
    request: Parameters, assembly: Assembly, entries: list[Parameters], claimed: Checksum | None
) -> Checksum | None:
    """The checksum of the object, None where S3 has none; it compares what the request claims with what was uploaded.

    Unless S3 has to compute a checksum of its own, no byte is read for it (s3_facts 2). It cannot do so with bytes
    under a customer's key (https://github.com/localstack/localstack/pull/12401).

    Raises InvalidRequest, InvalidPartOrder, what ``_check_part`` raises, and BadDigest.
    """
    upload, size, claimed_size = assembly.upload, assembly.blob.size, request.get("MpuObjectSize")
    if claimed_size not in (None, size):
        raise S3Error(
            "InvalidRequest",
            f"The provided 'x-amz-mp-object-size' header value {claimed_size} does not match what was computed: {size}",
        )
    if request.get("ChecksumType") not in (None, upload.checksum_type):
        raise S3Error(
            "InvalidRequest",
            f"The upload was created using the {upload.checksum_type or 'null'} checksum mode. "
            "The complete request must use the same checksum mode.",
        )
    if upload.checksum_type == COMPOSITE and assembly.parts[-1].part_number != len(assembly.parts):
        # API page CompletedPart: with checksums of the parts, their numbers begin at 1 and have no gaps.
        raise S3Error("InvalidPartOrder", UploadId=upload.upload_id)
    for part, entry in zip(assembly.parts, entries, strict=True):
        _check_part(upload, part, entry)

    if upload.checksum_algorithm is None:
        return None if upload.encryption.customer_key_md5 else payload.default_checksum(assembly.blob)
    algorithm = ALGORITHMS[upload.checksum_algorithm]
    values = [(part.checksum.value, part.size) for part in assembly.parts if part.checksum is not None]
    if upload.checksum_type == COMPOSITE:
        computed = checksums.composite(algorithm, (value for value, _ in values))
    else:
        computed = checksums.full_object(algorithm, values)
    if claimed is not None:
        # A FULL_OBJECT checksum whose type is not announced, and one of another algorithm, are wrong ones
        # (aws_recorded: test_multipart_parts_checksum_exceptions_full_object; s3_facts 30).
        accepted = {computed.value, computed.value.partition("-")[0]}
        announced = upload.checksum_type == COMPOSITE or "ChecksumType" in request
        if not announced or claimed.algorithm != computed.algorithm or claimed.value not in accepted:
            name = computed.algorithm.lower()
            raise S3Error("BadDigest", f"The {name} you specified did not match the calculated checksum.")
    return computed


def _check_part(upload: Upload, part: Part, entry: Parameters) -> None:
    """Compare the checksum of a listed part with the one that was uploaded."""
    claimed = [(algorithm, entry[algorithm.member]) for algorithm in ALGORITHMS.values() if algorithm.member in entry]
    if not claimed:
        if upload.checksum_type == COMPOSITE:
            raise S3Error(
                "InvalidRequest",
                f"The upload was created using a {str(upload.checksum_algorithm).lower()} checksum. The complete "
                f"request must include the checksum for each part. It was missing for part {part.part_number} in the "
                "request.",
            )
        return
    algorithm, value = claimed[0]
    if len(claimed) > 1 or not checksums.is_digest(algorithm, value):
        several = "".join(f"{algorithm.name}:{value};" for algorithm, value in claimed)
        raise invalid_argument(
            "Invalid Base64 or multiple checksums present in request",
            "Checksum",
            several if len(claimed) > 1 else value,
        )
    if upload.checksum_algorithm not in (None, algorithm.name):
        name = algorithm.name.lower()
        raise S3Error(
            "BadDigest", f"The {name} you specified for part {part.part_number} did not match what we received."
        )
    if upload.checksum_algorithm is None or part.checksum is None or value != part.checksum.value:
        raise S3Error("InvalidPart", UploadId=upload.upload_id, PartNumber=part.part_number, ETag=part.etag)
