"""Codes that S3 sends and its "Error responses" page does not list, each with the place where it was seen."""

from __future__ import annotations

from collections.abc import Mapping

from s3mock.error_catalogue.entry import ErrorEntry

ELSEWHERE: Mapping[str, ErrorEntry] = {
    # s3_facts 12: a preflight that no CORS rule allows; the text after "CORSResponse:" is the reason. This one,
    # with its "evalution", is in many public reports.
    "AccessForbidden": ErrorEntry(
        403,
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request "
        "method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the "
        "resource's CORS spec.",
        ("Method", "ResourceType"),
    ),
    # s3_facts 12: a preflight without Origin.
    "BadRequest": ErrorEntry(400, "Insufficient information. Origin request header needed."),
    # botocore's model (PutObject, directory buckets).
    "EncryptionTypeMismatch": ErrorEntry(
        400, "The existing object was created with a different encryption type than the request's."
    ),
    # The response of a website to the key of a folder without its slash: brianbeach.com, "Multi Cloud Blog".
    "Found": ErrorEntry(302, "Resource Found"),
    # The API page of RestoreObject.
    "GlacierExpeditedRetrievalNotAvailable": ErrorEntry(
        503, "Expedited retrievals are currently not available. Please try again later."
    ),
    # aws_recorded: test_s3_put_inventory_report_exceptions.
    "IdMismatch": ErrorEntry(400, "Document ID does not match the specified configuration ID."),
    # botocore's model (RenameObject).
    "IdempotencyParameterMismatch": ErrorEntry(
        400, "Parameters on this idempotent request are inconsistent with parameters used in previous request(s)."
    ),
    # The response of CreateBucket to public ACLs since April 2023 (quoted in public programs).
    "InvalidBucketAclWithBlockPublicAccessError": ErrorEntry(
        400, "Bucket cannot have public ACLs set with BlockPublicAccess enabled"
    ),
    # The code is S3's (onecloudplease.com, "Bucketsquatting is (Finally) Dead"); message and field are assumed.
    "InvalidBucketNamespace": ErrorEntry(
        400, "The requested bucket is in the account-regional namespace of another account.", ("BucketNamespace",)
    ),
    # Ours: S3 has no end. 507 is "Insufficient Storage" of WebDAV, RFC 4918 11.5.
    "InsufficientStorage": ErrorEntry(507, "The disk on which s3mock stores the bytes of objects is full."),
    # A response quoted in github.com/versity/versitygw/issues/1683.
    "InvalidChunkSizeError": ErrorEntry(
        403, "Only the last chunk is allowed to have a size less than 8192 bytes", ("Chunk", "BadChunkSize")
    ),
    # The code: github.com/getmoto/moto/pull/9871; the message, for a header of "global", is assumed.
    "InvalidNamespaceHeader": ErrorEntry(
        400,
        "The requested bucket is an account-regional namespace bucket, but the provided x-amz-bucket-namespace header "
        "value is global.",
    ),
    # aws_recorded: test_get_object_part.
    "InvalidPartNumber": ErrorEntry(
        416, "The requested partnumber is not satisfiable", ("ActualPartCount", "PartNumberRequested")
    ),
    # A response quoted in github.com/laurilehmijoki/s3_website/issues/99.
    "InvalidRedirectLocation": ErrorEntry(
        400, "The website redirect location must have a prefix of 'http://' or 'https://' or '/'."
    ),
    # PutBucketInventoryConfiguration: github.com/aws/aws-cli/issues/3611, which quotes one of its messages.
    "InvalidS3DestinationBucket": ErrorEntry(400, "Invalid bucket ARN."),
    # botocore's model (PutObject, directory buckets).
    "InvalidWriteOffset": ErrorEntry(
        400, "The write offset value that you specified does not match the current object size."
    ),
    # The trailers of an aws-chunked body; the message is S3's in the tests that Ceph and Swift run against it.
    "MalformedTrailerError": ErrorEntry(
        400, "The request contained trailing data that was not well-formed or did not conform to our published schema."
    ),
    # A response quoted in github.com/waynehoover/s3_direct_upload/issues/45; the page adds "Error" to its name.
    "MaxPostPreDataLengthExceeded": ErrorEntry(
        400, "Your POST request fields preceeding the upload file was too large.", ("MaxPostPreDataLengthBytes",)
    ),
    # SelectObjectContent: a response quoted in apache/hadoop, s3_select.md.
    "MissingHeaders": ErrorEntry(
        400, "Some headers in the query are missing from the file. Please check the file and try again."
    ),
    # A response quoted in github.com/ansible-collections/amazon.aws/issues/2935.
    "MissingNamespaceHeader": ErrorEntry(
        400,
        "The requested bucket is an account-regional namespace bucket, but your request is missing the required "
        "x-amz-bucket-namespace header.",
        ("Header",),
    ),
    # GetBucketMetadataConfiguration in CloudTrail logs and in Terraform's AWS provider; the message is assumed.
    "MetadataConfigurationNotFound": ErrorEntry(404, "The metadata configuration does not exist", ("BucketName",)),
    # aws_recorded: GetBucketMetricsConfiguration. Terraform's AWS provider reads the code of analytics, inventory and
    # intelligent tiering, too.
    "NoSuchConfiguration": ErrorEntry(404, "The specified configuration does not exist."),
    # aws_recorded: GetPublicAccessBlock.
    "NoSuchPublicAccessBlockConfiguration": ErrorEntry(
        404, "The public access block configuration was not found", ("BucketName",)
    ),
    # ListObjects of a directory bucket: github.com/boto/boto3/issues/3972; status and message are assumed.
    "NotSupported": ErrorEntry(400, "This bucket does not support this operation."),
    # botocore's model (RestoreObject).
    "ObjectAlreadyInActiveTierError": ErrorEntry(403, "This action is not allowed against this storage tier"),
    # botocore's model (CopyObject).
    "ObjectNotInActiveTierError": ErrorEntry(403, "The source object of the COPY action is not in the active tier"),
    # The API pages of the analytics, inventory and metrics configurations.
    "TooManyConfigurations": ErrorEntry(
        400,
        "You have already reached the limit of 1,000 configurations.",
    ),
    # botocore's model (PutObject, directory buckets).
    "TooManyParts": ErrorEntry(
        400, "You have attempted to add more parts than the maximum of 10000 that are allowed for this object."
    ),
    # Responses quoted in github.com/grosskur/lua-resty-aws/issues/2 and github.com/s3tools/s3cmd/issues/812.
    "XAmzContentSHA256Mismatch": ErrorEntry(
        400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ("ClientComputedContentSHA256", "S3ComputedContentSHA256"),
    ),
}
