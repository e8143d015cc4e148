"""The attributes of an object: GetObjectAttributes."""

from __future__ import annotations

from s3mock.errors import invalid_argument
from s3mock.exchange import Exchange
from s3mock.models.checksums import COMPOSITE
from s3mock.responses import encryption, reading
from s3mock.responses.listing import longest_page
from s3mock.responses.objects import part_numbers
from s3mock.responses.registry import Parameters, operation

ATTRIBUTES = frozenset({"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"})


@operation(
    "GetObjectAttributes",
    action=("s3:GetObject", "s3:GetObjectAttributes"),
    version_action=("s3:GetObjectVersion", "s3:GetObjectVersionAttributes"),
    on="object",
    hides_absence=True,
    log="REST.GET.ATTRIBUTES",
    directory="zonal",
)
def get_object_attributes(exchange: Exchange, request: Parameters) -> Parameters:
    """The attributes of an object that the request names.

    S3 API: GetObjectAttributes
    """
    names = request["ObjectAttributes"]
    for name in names:
        if name not in ATTRIBUTES:  # an answer of S3 in https://github.com/versity/versitygw/issues/917
            raise invalid_argument("Invalid attribute name specified.", "x-amz-object-attributes", name)
    marker = part_numbers.marker_of(request)
    version = reading.find_version(exchange, request["Key"], request.get("VersionId"), "GET")
    encryption.check_read(exchange, request, version)
    checksum = version.checksum
    reply: Parameters = {
        "ETag": version.etag,  # without quotes: https://github.com/floci-io/floci/pull/3093
        # A COMPOSITE checksum lacks the number of parts that it has elsewhere: answers of S3 in
        # https://github.com/floci-io/floci/issues/3083 and https://github.com/getmoto/moto/pull/8875.
        "Checksum": checksum and checksum.members | {checksum.member: checksum.value.partition("-")[0]},
        "StorageClass": version.storage_class,  # STANDARD too: API page, sample response
        "ObjectSize": version.size,
    }
    composite = checksum is not None and checksum.type == COMPOSITE
    if version.parts:
        reply["ObjectParts"] = {"TotalPartsCount": len(version.parts)}
    # The parts of an upload with a FULL_OBJECT checksum are only counted (botocore's documentation of Parts,
    # https://github.com/localstack/localstack/pull/12764); directory buckets list them in any case. The pages are as in
    # aws_recorded test_list_parts_via_object_attrs_pagination.
    if version.parts and (composite or exchange.bucket.zone is not None):
        most = longest_page(exchange)
        limit = request.get("MaxParts", most)
        # A negative number is ignored: https://github.com/versity/versitygw/issues/1806
        limit = min(limit, most) if limit >= 0 else most
        page = list(enumerate(version.parts[marker : marker + limit], marker + 1))
        parts: list[Parameters] = []
        for number, part in page:
            parts.append({"PartNumber": number, "Size": part.size})
            if composite and part.checksum is not None:
                parts[-1][part.checksum.member] = part.checksum.value
        reply["ObjectParts"] |= {
            "PartNumberMarker": marker,
            "NextPartNumberMarker": page[-1][0] if page else 0,
            "MaxParts": limit,
            "IsTruncated": 0 < len(page) < len(version.parts) - marker,
            "Parts": parts,
        }
    return {
        **{name: reply[name] for name in names if name in reply},
        "LastModified": version.last_modified,
        "VersionId": reading.version_id_shown(exchange, version),
    }
