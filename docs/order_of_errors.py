"""Which error wins when a request is wrong in two ways: the stages of its checks, a table in docs/errors.md.

``tests/test_order_of_errors.py`` sends every operation each pair of errors that can meet in one request.
"""

from __future__ import annotations

from typing import NamedTuple


class Stage(NamedTuple):
    """Checks that precede those of the next stage: what they are about, their errors, and why they are in this place.

    No ``evidence`` means that nothing is known about the place.
    """

    name: str
    checked: str
    errors: tuple[str, ...]
    evidence: str = ""


STAGES = (
    Stage("size", "The headers have no more than 8,192 bytes.", ("RequestHeaderSectionTooLarge",)),
    Stage("address", "The path is UTF-8.", ("InvalidURI",)),
    Stage("method", "S3 knows the method.", ("BadRequest",)),
    Stage("credential", "The `Authorization` header has a form that S3 knows.", ("InvalidArgument",)),
    Stage(
        "operation",
        "Method and subresource are an operation, which takes a `versionId` and a copy source.",
        ("InvalidArgument", "MethodNotAllowed"),
        "`versionId` precedes every lookup (measured by brekkylab/backlot, 2026-09-29)",
    ),
    Stage(
        "region",
        "The bucket is in the region of the endpoint and of the signature.",
        ("PermanentRedirect", "AuthorizationHeaderMalformed"),
        "another region is reported of missing buckets, too: <https://github.com/akka/alpakka/issues/139>",
    ),
    Stage(
        "signature",
        "The access key exists, the signature is valid and has not expired.",
        ("InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied"),
        "both errors are answered for missing buckets as well: <https://github.com/aws/aws-sdk-java/issues/1256>",
    ),
    Stage(
        "parameters",
        "Numbers, dates and account ids in headers and in the query can be read; a required digest is there; a copy "
        "has no body.",
        ("InvalidArgument", "InvalidBucketOwnerAWSAccountID", "InvalidRequest"),
    ),
    Stage(
        "bucket",
        "The bucket exists.",
        ("NoSuchBucket",),
        "before the key of KMS is judged (adobe/S3Mock, `putObjectEncrypted_noSuchBucket`, verified against S3)",
    ),
    Stage("owner", "Its owner is the expected one.", ("AccessDenied",)),
    Stage(
        "access",
        "The caller may do it.",
        ("AccessDenied",),
        "an unsigned request for a missing bucket is `NoSuchBucket`: ceph's s3-tests, "
        "<https://github.com/aws/aws-sdk-java/issues/1256>",
    ),
    Stage("payer", "The requester consents to pay.", ("AccessDenied",)),
    Stage(
        "bucket's kind",
        "The bucket can have it at all: it has Object Lock, or no periods in its name where transfers are accelerated.",
        ("InvalidRequest",),
        "periods precede the document: aws_recorded `test_bucket_acceleration_configuration_exc` (s3_facts 25)",
    ),
    Stage(
        "words",
        "The version id is one that S3 can have made, and S3 knows the `response-*` parameters.",
        ("InvalidArgument",),
    ),
    Stage(
        "lookup",
        "The key, version, upload or configuration exists; the version is not a delete marker.",
        ("NoSuchKey", "NoSuchVersion", "NoSuchUpload", "NoSuchConfiguration", "MethodNotAllowed"),
        "a caller who may not list the bucket gets `AccessDenied` instead (API page GetObject)",
    ),
    Stage(
        "document",
        "The document is the one that was sent, well-formed, and fits the schema.",
        ("BadDigest", "MalformedXML", "MalformedACLError"),
        "s3_facts 25",
    ),
    Stage("values", "The document's values are legal.", ("InvalidArgument", "InvalidTag", "IdMismatch")),
    Stage("conditions", "The conditional headers hold.", ("PreconditionFailed",)),
    Stage(
        "range",
        "The range is in the object.",
        ("InvalidRange",),
        "<https://github.com/minio/minio/pull/7571>",
    ),
)
"""In S3's order."""

WITHIN = (
    ("A request at an s3-accelerate endpoint", "style of the request, operation, bucket's name, its status"),
    ("A request to a directory bucket", "endpoint, operation, session, unsupported members, encryption"),
    ("An append to an object of a directory bucket", "conditions, offset, encryption, parts"),
    ("A form", "the conditions of its policy in their order, fields without a condition"),
    (
        "CompleteMultipartUpload",
        "`NoSuchUpload`, document, checksum in the headers, `InvalidPartOrder`, `InvalidPart`, `EntityTooSmall`",
    ),
    (
        "PutObjectAnnotation",
        "name, object, size, checksum, encoding of the text, `x-amz-object-if-match`, number of annotations",
    ),
    (
        "SelectObjectContent",
        "required members, length of the expression, its type, compression, input, output, scan range",
    ),
    ("Tags", "their number; of each its key, its value, and whether the key is a duplicate"),
    (
        "A CORS configuration",
        "number of rules; of each its methods, wildcards in origins and headers, exposed headers, ID, MaxAgeSeconds",
    ),
    ("A lifecycle configuration", "number of rules, IDs, Prefix and Filter, each rule, overlaps"),
    (
        "A notification configuration",
        "number of configurations; of each its ID, events, ARN and filter; repeated IDs; overlaps",
    ),
    (
        "A replication configuration",
        "rule by rule: priority, filter, DeleteMarkerReplication, source selection, destination",
    ),
    ("A website configuration", "RedirectAllRequestsTo, IndexDocument, ErrorDocument, RoutingRules"),
)
"""The order of the checks of one stage, where there are many. Nothing is known about it."""
