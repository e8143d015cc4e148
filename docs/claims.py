"""What differs from S3, and what is assumed of it: the rows of docs/differences.md, which docs/generate.py writes.

The code marks each place with "Differs:" or "assumed", and ``tests/test_docs.py`` compares the marks with these rows,
place by place. A row names the place of its mark as ``module:name``, where the name is a function, a class or a
constant of the module, or as ``module`` for a mark in the module's docstring. A fact that is marked at several places
names them all, separated by spaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Default(NamedTuple):
    """A call of boto3 whose outcome depends on a setting: the outcome by default, and with the strict value as on S3.

    An outcome is the code of the error, or "" for a success. ``account`` calls; "" is the bucket's own.
    """

    call: str
    by_default: str
    strict: str
    account: str = ""


class Difference(NamedTuple):
    """A known difference from S3, and what it means for a test."""

    topic: str
    text: str
    places: str
    consequence: str = ""


class Assumption(NamedTuple):
    """A sentence that can be checked against S3, and what is known about it."""

    text: str
    places: str
    known: str = ""


BUCKET_DEFAULTS = (
    Default('put_object(Bucket="photos", Key="a.jpg", ACL="public-read")', "", "AccessControlListNotSupported"),
    Default('put_object_acl(Bucket="photos", Key="cat.jpg", ACL="private")', "", "AccessControlListNotSupported"),
    Default('put_object_acl(Bucket="photos", Key="cat.jpg", ACL="public-read")', "", "AccessDenied"),
    Default('put_bucket_acl(Bucket="photos", ACL="log-delivery-write")', "", "AccessControlListNotSupported"),
    Default('put_bucket_acl(Bucket="photos", ACL="public-read")', "", "AccessDenied"),
    Default('create_bucket(Bucket="site", ACL="public-read")', "", "InvalidBucketAclWithObjectOwnership"),
    Default('put_bucket_policy(Bucket="photos", Policy=PUBLIC)', "", "AccessDenied"),
    Default('put_object(Bucket="photos", Key="a.jpg", **KEY)', "", "AccessDenied"),
    Default('get_public_access_block(Bucket="photos")', "NoSuchPublicAccessBlockConfiguration", ""),
    Default('get_bucket_ownership_controls(Bucket="photos")', "OwnershipControlsNotFoundError", ""),
)
"""Calls on a new bucket: with ``bucket_defaults="classic"``, and with ``"current"``.

PUBLIC is a policy that lets everyone read, KEY has the parameters of SSE-C.
"""

CROSS_ACCOUNT = (
    Default('get_object(Bucket="photos", Key="cat.jpg")', "", "AccessDenied", "111122223333"),
    Default('put_object(Bucket="photos", Key="a.jpg")', "", "AccessDenied", "111122223333"),
    Default('list_objects_v2(Bucket="photos")', "", "AccessDenied", "111122223333"),
    Default('get_object(Bucket="photos", Key="missing.jpg")', "NoSuchKey", "AccessDenied", "111122223333"),
    Default(
        'put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})',
        "",
        "AccessDenied",
        "111122223333",
    ),
    Default('delete_object(Bucket="photos", Key="cat.jpg")', "", "AccessDenied", "111122223333"),
)
"""Calls of another account without a policy: with ``allow_crossaccount_access=True``, and with ``False``."""

DIFFERENCES = (
    Difference(
        "Regions",
        "A new bucket is known at every endpoint at once, so there is no 307 `TemporaryRedirect`.",
        "backend.redirects",
        "On S3 a client may be redirected in a bucket's first hours.",
    ),
    Difference(
        "Signatures",
        "Version 4A is accepted unverified at Multi-Region Access Points, and refused at other addresses where "
        "signatures are verified. Version 2 is accepted unverified at access points, which do not support it on S3.",
        "gateway.signatures:verify",
    ),
    Difference(
        "Signatures",
        "A session token sent with a key that is not temporary is ignored.",
        "models.credentials:Identity",
    ),
    Difference(
        "Principals of moto",
        "A user or role of moto's `iam` without any policy may do everything in its account; IAM would let it do "
        "nothing.",
        "from_moto:signer",
        "A forgotten policy passes here and fails on S3.",
    ),
    Difference(
        "Uploads that are over",
        "A completed upload can be completed again for as long as the bucket exists; S3 forgets it after a time. "
        "Aborting an upload again is `NoSuchUpload` at once; S3 still answers 204 for some hours.",
        "backend.multipart:completed backend.multipart:abort",
        "Code that retries hours later passes here and fails on S3.",
    ),
    Difference(
        "Bucket tags with ABAC",
        "TagResource and UntagResource are operations of S3 Control, which is not mocked, so the tags "
        "stay as they are until ABAC is disabled.",
        "responses.abac:check_tagging",
    ),
    Difference(
        "GetObject through Object Lambda",
        "The answer is sent when the function has returned; S3 streams it while the function writes. A "
        "body that breaks off counts as no answer, and a slow function never times out.",
        "responses.access_points.object_lambda:get_object",
    ),
    Difference(
        "PutBucketAnalyticsConfiguration",
        "Nothing is analysed, and no results are exported.",
        "responses.analytics:put_analytics_configuration",
    ),
    Difference(
        "ListBuckets",
        "At a custom endpoint, such as a server's, an unsigned request gets an empty list; S3's endpoints send it to "
        "S3's home page.",
        "gateway.website:HOME_PAGE",
    ),
    Difference(
        "CreateSession",
        "At a custom endpoint a session may be created before its bucket, since botocore does so for CreateBucket.",
        "responses.directory:create_session",
    ),
    Difference(
        "PutBucketEncryption",
        "A signature of version 2 is accepted; S3 requires version 4.",
        "responses.encryption:put_bucket_encryption",
    ),
    Difference(
        "SSE-KMS",
        "Every key with a well-formed id exists and is enabled, except beside moto, where a key that a request uses is "
        "looked up in its `kms`; those of reports and replicas are not. Key policies are not evaluated.",
        "backend.keys_of_kms:look_up",
        "Make the key in moto's `kms` to see `KMS.NotFoundException`, `KMS.DisabledException` and "
        "`KMS.KMSInvalidStateException`.",
    ),
    Difference(
        "Principals of policies",
        "Every user and role exists, except beside moto, where its `iam` and `sts` and `add_principal` count. The "
        "policies of access points are not checked.",
        "responses.policy:_check_principals",
        "Make the user in moto's `iam` to see `MalformedPolicy`.",
    ),
    Difference(
        "UpdateObjectEncryption",
        "No account belongs to an organization. A BucketKeyEnabled that is neither true nor false is `MalformedXML`.",
        "responses.encryption:update_object_encryption",
    ),
    Difference(
        "PutBucketInventoryConfiguration",
        "The destination bucket needs no policy that lets S3 write to it. ORC and Parquet need pyarrow, "
        "and are 501 `NotImplemented` without it.",
        "responses.inventory:put_inventory_configuration",
        "A missing policy passes here; on S3 no reports arrive.",
    ),
    Difference(
        "PutBucketLifecycleConfiguration",
        "Rules act exactly at midnight UTC, on everything at once; S3 does it within the following day.",
        "responses.lifecycle:put_bucket_lifecycle_configuration",
    ),
    Difference(
        "PutBucketLogging",
        "Logs are delivered at every full hour of the mock's clock, or by `s3.deliver_logs()`. Cipher "
        'suite, TLS version and "ACL required" are always `-`. DeleteObjects logs no record for keys that '
        "did not exist. The delivery of logs is itself not logged.",
        "responses.logging:put_bucket_logging",
    ),
    Difference(
        "CreateBucketMetadataTableConfiguration",
        "The table is active at once, nothing is written to it, and every table bucket exists.",
        "responses.metadata:create_bucket_metadata_table_configuration",
    ),
    Difference(
        "CreateBucketMetadataConfiguration",
        "The tables are active at once, nothing is written to them, and they are deleted with the configuration.",
        "responses.metadata:create_bucket_metadata_configuration",
        "S3 keeps them, and cannot create them again until they are deleted.",
    ),
    Difference(
        "PutBucketMetricsConfiguration",
        "Nothing is measured or sent to CloudWatch.",
        "responses.metrics:put_metrics_configuration",
    ),
    Difference(
        "PutBucketNotificationConfiguration",
        "Without moto, a function of `s3.on_event` or an allowed service, every destination counts as "
        "existing. Whether S3 may send to it is never checked. The test message is sent after the "
        "response, which has no `x-amz-sns-test-message-id`.",
        "responses.notification:put_bucket_notification_configuration",
        "A wrong queue policy passes here and fails on S3.",
    ),
    Difference(
        "PutBucketReplication",
        "Only the form of the role is checked, not its permissions, nor the policy of the destination, "
        "even in another account. Replication is done before the next request, unless `replication_time` "
        "delays it.",
        "responses.replication:put_bucket_replication",
        "A role without permissions passes here; on S3 the objects are FAILED.",
    ),
    Difference(
        "RestoreObject",
        'A retrieval is instant, unless `restore_duration` is `"documented"`.',
        "responses.restore:restore_object",
    ),
    Difference(
        "SelectObjectContent",
        "Bytes scanned by a query with LIMIT, and the place of an encoding error, are exact; S3 reads ahead in blocks.",
        "responses.select:select_object_content",
    ),
    Difference(
        "The WSGI application",
        "WSGI cannot distinguish `x-amz-meta-a_b` from `x-amz-meta-a-b`; and unless the server has "
        "`REQUEST_URI` or `RAW_URI`, `%2F` in a path is a slash.",
        "transports.wsgi",
        "`S3MockServer` has neither problem.",
    ),
)
"""The known differences, in the order of the page."""

ASSUMPTIONS: Mapping[str, tuple[Assumption, ...]] = {
    "Requests and errors": (
        Assumption(
            "The first of several values of a query parameter counts, and a parameter without `=` is empty.",
            "http:parse_query",
        ),
        Assumption(
            'The message for a parameter or header with an invalid value is "Invalid value for NAME", and for a date '
            '"Bad value for NAME", unless S3\'s own words are known.',
            "errors:invalid_value wire.parsing:_reader",
        ),
        Assumption(
            "An invalid `If-Modified-Since` or `If-Unmodified-Since` is ignored.",
            "wire.quirks:IGNORED_WHEN_BAD",
            "RFC 9110 13.1.3",
        ),
        Assumption(
            "JSON with half of a surrogate pair (`\\ud800`), which cannot be written as UTF-8, is invalid: in a policy "
            "`MalformedPolicy`, in an object that Select reads `JSONParsingError`.",
            "models.policy.document:load select.records:_json_values",
            "RFC 8259 8.2: receivers behave unpredictably",
        ),
        Assumption(
            "Version 2 of the signature signs each subresource, also those that are newer than its list in the User "
            "Guide.",
            "wire.signing.v2:signed_parameters",
            "seen of `object-lock`, https://github.com/aws/aws-sdk-java/issues/3059",
        ),
        Assumption(
            "A request that is not valid HTTP/1.1, or that two readers might take for different requests (a header "
            "without a colon, two lengths, a control character), is `BadRequest`, and another transfer encoding than "
            "chunks, or one beside a length, `NotImplemented`.",
            "transports.http11:read_head",
            "`BadRequest` is S3's for an unknown method (s3_facts 31), the rules are of RFC 9112; a length beside "
            "chunks was seen, https://github.com/psf/requests/issues/1648",
        ),
        Assumption(
            "A line break or NUL in a header that comes in a query or a form is `InvalidArgument`, as is a character "
            "beyond Latin-1.",
            "wire.inputs:check_headers responses.reading:check_overrides",
            "the latter was seen: aws_recorded test_get_response_overrides_unicode_metadata_with_sig_s3",
        ),
        Assumption(
            "A document of more than 2 MiB, in a CompleteMultipartUpload or DeleteObjects of more than 8 MiB, is "
            "`MaxMessageLengthExceeded`.",
            "wire.quirks:MOST_BYTES",
            "2 MB is documented of replication, and the error without numbers",
        ),
        Assumption("GetBucketPolicy answers with the content type `application/json`.", "wire.quirks:CONTENT_TYPES"),
        Assumption("HeadObject honours `If-Range`, as GetObject does.", "wire.quirks:OTHER_HEADERS"),
        Assumption(
            "The `ResourceType` of an error is the name that access logs have for the resource, or else the "
            "query parameter in upper case.",
            "wire.routes:_RESOURCE_TYPES",
            "seen: SERVICE, BUCKET, OBJECT, BUCKETPOLICY",
        ),
        Assumption(
            "A subresource that only buckets have, at the path of a key, is answered for the bucket, whatever "
            "the method; only `versions`, `logging` and a GET of `uploads` are refused.",
            "wire.routes:match",
            "seen of GET and HEAD, https://github.com/brekkylab/backlot/issues/267",
        ),
        Assumption(
            "A header that an operation does not have is ignored, unless it is among those that S3 is known to refuse "
            "or to read everywhere.",
            "wire.inputs",
            "seen of parameters, https://github.com/gaul/s3proxy/issues/189",
        ),
        Assumption(
            "S3 knows the nine methods of HTTP: another is `BadRequest`, but `PATCH`, `TRACE` and `CONNECT` are "
            "`MethodNotAllowed`.",
            "wire.routes:METHODS",
            "PATCH of a bucket, and an unknown method, were seen",
        ),
        Assumption(
            "Of two errors the one of the earlier stage wins ([the stages](errors.md#which-error-wins)); "
            "within a stage the order is that of the code, for much to check that of the second table there.",
            "gateway:_answer",
            "the table has the evidence",
        ),
        Assumption(
            'Any two subresources in one query, of buckets or of objects, are `InvalidArgument` "Conflicting query '
            'string parameters: ..." with their names in alphabetical order, of which the first is the ArgumentValue.',
            "wire.routes:_selector",
            "seen of `uploadId` and `uploads`, https://github.com/versity/versitygw/issues/2155",
        ),
        Assumption(
            "An `IllegalLocationConstraintException` has `x-amz-bucket-region`, the bucket's region.",
            "backend.redirects:region",
            "the error: https://github.com/aws/aws-cli/pull/9113",
        ),
        Assumption(
            "The regions older than 2014 use endpoints with a dash (`s3-us-west-2`) in S3's answers.",
            "models.regions:_DASHED",
            "seen of us-west-2, ap-northeast-1 and ap-southeast-2",
        ),
    ),
    "Signatures": (
        Assumption(
            "A presigned URL may begin up to 15 minutes in the future.",
            "wire.signing.claim:check_window",
            "the error: https://github.com/minio/minio/issues/2638",
        ),
        Assumption("`x-amz-content-sha256` may be in upper case.", "wire.signing.content_sha256:_compare"),
        Assumption(
            "A URL counts as signed with version 4 if it has `X-Amz-Algorithm`, `X-Amz-Credential` or "
            "`X-Amz-Signature`.",
            "wire.signing.credential:_V4_MARKS",
            "no SDK sends another of the parameters alone",
        ),
        Assumption(
            'A form with another algorithm than AWS4-HMAC-SHA256 is `InvalidArgument` "Only AWS4-HMAC-SHA256 is '
            'supported".',
            "wire.signing.credential:of_form",
        ),
        Assumption(
            "The error for a form's invalid `X-Amz-Date` names that field in ArgumentName.",
            "wire.signing.credential:of_form",
        ),
        Assumption(
            'The message about an invalid `Expires` ends with the value: "Invalid date (should be seconds since '
            'epoch): VALUE".',
            "wire.signing.v2:check_query",
        ),
        Assumption(
            "A signed chunked body whose trailer has no signature is `SignatureDoesNotMatch`.",
            "wire.chunked:_read_trailers",
        ),
    ),
    "Access control": (
        Assumption(
            "An ACL made from `x-amz-grant-*` headers has its grants in the order: full control, read, read "
            "ACP, write, write ACP.",
            "models.acl:GRANT_HEADERS",
        ),
        Assumption("An ACL with more than 100 grants is `MalformedACLError`.", "models.acl:_acl"),
        Assumption(
            "A missing key is a 404 for callers with `s3:ListBucket` even without `s3:GetObject`, where a condition on "
            "`s3:prefix` sees the key.",
            "responses.access.authorizer:Authorizer",
        ),
        Assumption(
            "An invalid number, date or Boolean in a policy's condition has the message for invalid syntax; only "
            'addresses have one of their own, "Invalid IP address in Conditions".',
            "models.policy.conditions:_parsed",
            "that one: scality/Arsenal",
        ),
        Assumption(
            "A policy's resource may have wildcards in the bucket's own name.",
            "models.policy.validation:_check_statement",
        ),
        Assumption(
            "A policy that would keep its writer from replacing it is `AccessDenied`, unless that is "
            "confirmed or the writer is a root user.",
            "responses.policy:put_bucket_policy",
            "the header's documentation",
        ),
        Assumption(
            'An empty PublicAccessBlockConfiguration is `InvalidRequest` "Must specify at least one configuration."',
            "responses.public_access_block:put_public_access_block",
            "moto has it",
        ),
        Assumption(
            "The refusal of a public ACL in a browser's form names the action `s3:PutObject`.",
            "responses.public_access_block:check_acl",
        ),
        Assumption(
            "While ABAC is enabled, PutBucketTagging and DeleteBucketTagging are `InvalidRequest`.",
            "responses.abac:check_tagging",
            'User Guide, "Enabling ABAC in general purpose buckets"',
        ),
    ),
    "Access points and Object Lambda": (
        Assumption(
            "An operation that access points do not support is `MethodNotAllowed` with the ResourceType ACCESSPOINT.",
            "gateway.address:resolve",
        ),
        Assumption(
            "An Object Lambda or Multi-Region Access Point as a copy source is `NotImplemented`, and an "
            "access point of another region `InvalidRequest`.",
            "responses.objects.copying:_source_bucket",
            "CopyObject says only that it is refused",
        ),
        Assumption(
            "An Object Lambda access point whose supporting access point was deleted is answered like the "
            "deleted one, with `NoSuchAccessPoint`.",
            "backend.access_points.by_name:AccessPoints",
        ),
        Assumption(
            "CompleteMultipartUpload through an access point returns a Location with the name used in the request.",
            "responses.objects.completing:complete_multipart_upload",
        ),
        Assumption(
            "A browser's form through an access point is checked against the name that it was made for, not "
            "the bucket's.",
            "responses.objects.post_object:post_object",
        ),
        Assumption(
            "A WriteGetObjectResponse with an error status and a message but no code gets the code of its "
            "status: 404 is `NotFound`, 403 `Forbidden`, 412 `PreconditionFailed`.",
            "models.access_points.object_lambda:STATUSES",
        ),
        Assumption(
            "The message for an invalid or missing member of WriteGetObjectResponse is the documented constraint in "
            "Java's wording.",
            "models.access_points.object_lambda:_INVALID wire.quirks:MISSING",
            "https://github.com/aws/aws-sdk-ruby/issues/2508",
        ),
    ),
    "Buckets": (
        Assumption(
            "In us-east-1, CreateBucket of a bucket that the caller owns resets its ACL, but keeps object ownership.",
            "responses.buckets:create_bucket",
            "the ACL: Error responses",
        ),
        Assumption(
            "The messages for names of the account regional namespace that are sent with "
            "`x-amz-bucket-namespace: global` (`InvalidNamespaceHeader`), or belong to another account or region or "
            "have another form (`InvalidBucketNamespace`), and the latter's field BucketNamespace.",
            "models.names:check_namespace models.names:check_namespace "
            "error_catalogue.elsewhere:ELSEWHERE error_catalogue.elsewhere:ELSEWHERE",
            'the codes: https://github.com/getmoto/moto/pull/9871; onecloudplease.com, "Bucketsquatting is (Finally) '
            "Dead\", and the AWS CLI's integration tests",
        ),
        Assumption(
            "A directory bucket with uploads in progress is `BucketNotEmpty`.",
            "backend.namespace:Namespace",
            "DeleteBucket: it is not deleted",
        ),
        Assumption(
            "The ID of every listed configuration has up to 64 letters, digits, periods, dashes and "
            'underscores; another one is `InvalidArgument` "The configuration id is not valid."',
            "models.listed_configuration:check_id",
            "documented for metrics",
        ),
        Assumption(
            "The destination of analytics is checked as that of an inventory: its bucket's ARN, but not its account.",
            "models.listed_configuration:destination_bucket",
            "of an inventory: aws-sdk-java-v2, BucketInventoryConfigurationIntegrationTest",
        ),
        Assumption(
            "A filter that has neither exactly one predicate nor an And of two or more is `MalformedXML`, and so is "
            "one of analytics that is an empty prefix.",
            "models.object_filter:of models.analytics:Analytics",
            "that the latter is refused: aws-sdk-java-v2, BucketAnalyticsConfigurationIntegrationTest",
        ),
        Assumption(
            'Metrics with a tag filter on a directory bucket are `InvalidRequest` "Tag filters are not '
            'supported for directory buckets."',
            "responses.metrics:put_metrics_configuration",
            "API page MetricsFilter",
        ),
        Assumption(
            "PutBucketAccelerateConfiguration and PutBucketAbac without a status are `MalformedXML`.",
            "responses.accelerate:put_bucket_accelerate_configuration responses.abac:put_bucket_abac",
        ),
        Assumption(
            "CreateBucket and DeleteBucket at an s3-accelerate endpoint are `MethodNotAllowed`.",
            "responses.accelerate:check",
            "User Guide: they are not supported",
        ),
    ),
    "CORS and websites": (
        Assumption(
            "A CORS rule's ID of more than 255 characters is `InvalidRequest` \"ID length should not exceed "
            'allowed limit of 255".',
            "models.cors:rules_of",
            "the limit: botocore's documentation",
        ),
        Assumption(
            'A preflight of the service, `OPTIONS /`, is `AccessForbidden` "CORSResponse: Bucket not found" with '
            "ResourceType `BUCKET`.",
            "gateway.cors:preflight",
            "recorded of buckets that do not exist",
        ),
        Assumption(
            "A request with `Access-Control-Request-Method` gets the CORS headers for that method.",
            "gateway.cors:allow",
            "ceph/s3-tests, test_cors_origin_response; minio-go, testCors",
        ),
        Assumption(
            "A request whose `Access-Control-Request-Headers` a rule allows gets `Access-Control-Allow-Headers`.",
            "gateway.cors:allow",
            "minio-go, testCors",
        ),
        Assumption(
            "A CORS rule with `*` among its origins answers `Access-Control-Allow-Origin: *`, whichever "
            "origin matched.",
            "gateway.cors:_headers",
        ),
        Assumption(
            "A website honours conditional headers and Range, and ignores other parameters of GetObject, such "
            "as `versionId`.",
            "gateway.website:CONDITIONS",
        ),
        Assumption(
            "A website answers methods other than GET and HEAD with a 405 whose ResourceType is OBJECT, even "
            "for the root.",
            "gateway.website:_visit",
        ),
        Assumption('A website calls status 416 "Requested Range Not Satisfiable".', "wire.website:OLD_PHRASES"),
        Assumption(
            "Characters that an HTTP header cannot hold are percent-encoded in a website's error headers.",
            "wire.website:error_headers",
        ),
        Assumption("A website's redirect to a folder has an HTML page.", "wire.website:error_page"),
    ),
    "Objects": (
        Assumption(
            "A weak ETag in a condition counts as the strong one.",
            "models.conditions:matches",
            "S3 has no weak ones; proxies weaken tags",
        ),
        Assumption(
            "The `Condition` of a `PreconditionFailed` for `x-amz-if-match-last-modified-time` is the name of "
            "the header.",
            "models.conditions:Condition",
        ),
        Assumption(
            "A 304 has ETag, Last-Modified, Cache-Control, Expires and the version ID, and nothing else of the object.",
            "responses.objects.objects:NOT_MODIFIED",
            "RFC 9110 15.4.5",
        ),
        Assumption(
            "Deleting version `null` in a bucket that was never versioned returns no version ID.",
            "responses.objects.deletion:delete_object",
            "reads do so",
        ),
        Assumption(
            "DeleteObject of a missing key in a bucket without versions sends no event.", "backend.versions:_remove"
        ),
        Assumption(
            "A form policy's expiration may have a fraction of a second, which is ignored, and a zone other than Z.",
            "models.post_policy:parse",
        ),
        Assumption(
            'A form with two keys is `InvalidArgument` "Bucket POST must contain exactly one field '
            "named 'key'.\"; there and with an empty key the ArgumentName is `key`.",
            "wire.forms:_Parts",
            "the codes: https://github.com/scality/cloudserver/pull/5601",
        ),
        Assumption("The values of a repeated form field are joined with a comma.", "wire.forms:_Parts"),
    ),
    "Listings": (
        Assumption(
            "The next markers of ListMultipartUploads name the last upload even if the page's last entry is a "
            "common prefix.",
            "backend.listing:uploads_page",
            "recorded of the other cases",
        ),
        Assumption(
            "ListObjectVersions that continues from a deleted null version lists all versions of its key.",
            "backend.listing:versions_page",
        ),
        Assumption("ListParts with `MaxParts=0` is not truncated.", "responses.objects.multipart:list_parts"),
    ),
    "Multipart uploads": (
        Assumption(
            "The default retention of an uploaded object counts from the start of its upload.",
            "backend.multipart:complete",
            "its creation date is that of the initiation: User Guide",
        ),
    ),
    "Tagging": (
        Assumption(
            "More than 10 tags in `x-amz-tagging`, and a key that begins with `aws:`, have the errors of "
            "PutObjectTagging.",
            "models.tagging",
        ),
    ),
    "Annotations": (
        Assumption("Annotations are listed in the order of their names' UTF-8 bytes.", "models.annotation:Annotation"),
        Assumption(
            "A prefix that no annotation name can begin with is `InvalidPrefix`.", "models.annotation:check_prefix"
        ),
        Assumption("An annotation of more than 1 MiB is `EntityTooLarge`.", "models.annotation:check_size"),
        Assumption(
            "A legal hold protects annotations.",
            "backend.annotation:delete",
            "DeleteObjectAnnotation documents it for retentions",
        ),
        Assumption(
            "An annotation has the replication status of its version.",
            "responses.annotation:_replication_status",
            'User Guide: "Each annotation replicates independently"',
        ),
        Assumption("Annotations of a copy are as new as the copy.", "responses.annotation:copied"),
    ),
    "Encryption": (
        Assumption(
            'A key ARN that is not KMS\'s is `KMS.NotFoundException` "Invalid arn ARN".', "models.encryption:Keyring"
        ),
        Assumption(
            "`InvalidArgument` for the headers of encryption names `x-amz-server-side-encryption`, "
            "or the header of an encryption context that is not JSON in base64: of that header where "
            "nothing is created, of a key or a context without SSE-KMS, and of SSE-C over plain "
            "http.",
            "models.encryption",
            "recorded of unknown methods and of SSE-C; S3's words of all but a context without SSE-KMS",
        ),
        Assumption("A bucket key with DSSE-KMS is ignored.", "models.encryption:_with_kms"),
        Assumption(
            "ListParts and CompleteMultipartUpload of an SSE-C upload that has a checksum algorithm, without "
            "its key, have the error of UploadPart without it.",
            "responses.encryption:check_parts",
            "when the key is needed: CompleteMultipartUpload, ListParts",
        ),
        Assumption(
            "Completing an upload under KMS requires a signature of version 4.", "responses.encryption:check_parts"
        ),
        Assumption(
            "A default encryption rule that sets only BlockedEncryptionTypes sets SSE-S3.",
            "responses.encryption:put_bucket_encryption",
        ),
        Assumption(
            "In PutBucketEncryption an empty rule, BlockedEncryptionTypes other than NONE or SSE-C "
            "alone, and the algorithms `aws:fsx` and `aws:backup` are `MalformedXML`.",
            "responses.encryption:put_bucket_encryption",
        ),
        Assumption(
            "DeleteBucketEncryption keeps the blocked encryption types.",
            "responses.encryption:delete_bucket_encryption",
        ),
    ),
    "Object Lock": (
        Assumption(
            "A year of a default retention is 365 days.", "models.object_lock:Period", "documented for event holds"
        ),
        Assumption(
            "Event holds that S3 refuses with 400 are `MalformedXML` in a document, and "
            "`InvalidArgument` in headers and for a duration out of range, with messages like those "
            "of default retentions.",
            "backend.object_lock",
            'User Guide, "Troubleshooting variable retention": what is refused',
        ),
        Assumption("A new retain-until date keeps an event hold that is on.", "backend.object_lock"),
    ),
    "Lifecycle, storage classes and restores": (
        Assumption(
            "Where a transition and an expiration are due at the same midnight, the delete marker is put on "
            "top of the moved version; and a version whose successor was deleted counts as noncurrent since "
            "the next newer one.",
            "backend.lifecycle",
        ),
        Assumption(
            "A transition ends a restored copy and the archive tier; in INTELLIGENT_TIERING the days without "
            "access count from the transition.",
            "backend.lifecycle:act",
        ),
        Assumption("A delete marker matches rules as an object without tags and of size 0.", "models.lifecycle:Filter"),
        Assumption(
            "Errors of a lifecycle configuration name the element and its value.",
            "models.lifecycle.document",
        ),
        Assumption(
            "A rule with something that directory buckets lack is `InvalidRequest`, for example "
            '"Date is not supported for directory buckets."',
            "models.lifecycle.document:_rule",
            "what they lack: botocore's documentation",
        ),
        Assumption(
            "Two transitions must be at least 30 days apart where the first is to an infrequent-access class, "
            "otherwise one day.",
            "models.lifecycle.document:_transitions",
            "the 30 days: User Guide",
        ),
        Assumption(
            "`x-amz-expiration` has the rule's ID percent-encoded, except printable ASCII other than `\"` and `%`.",
            "responses.lifecycle:READABLE",
            "blanks: sample response of HeadObject",
        ),
        Assumption(
            "Lifecycle rules on a bucket with MFA Delete are `InvalidBucketState`.",
            "responses.lifecycle:put_bucket_lifecycle_configuration",
            "User Guide: they are refused",
        ),
        Assumption("Intelligent-Tiering moves objects at midnight UTC.", "backend.intelligent_tiering"),
        Assumption(
            "A tier given twice in an Intelligent-Tiering configuration is `MalformedXML`.",
            "models.intelligent_tiering:IntelligentTiering",
        ),
        Assumption(
            "The days of an Intelligent-Tiering tier beyond 730, and DEEP_ARCHIVE_ACCESS without "
            "more days than ARCHIVE_ACCESS, are `InvalidArgument` with words like those for too few "
            "days.",
            "models.intelligent_tiering:IntelligentTiering",
            "the words for the lower limit: https://github.com/aws-cloudformation/cfn-lint/issues/3992",
        ),
        Assumption(
            'A tier that the storage class does not have is `InvalidArgument` "Retrieval option is not '
            'supported by this storage class".',
            "responses.restore:restore_object",
            "the words: https://github.com/FINRAOS/herd",
        ),
        Assumption(
            "RestoreObject of type SELECT is `MethodNotAllowed`.",
            "responses.restore:restore_object",
            "RestoreObject: no longer offered",
        ),
        Assumption(
            "Days in a restore from INTELLIGENT_TIERING have `Days` and the number in ArgumentName "
            'and ArgumentValue, as has "restoration days should be at least 1".',
            "responses.restore:_days",
            "the first: https://github.com/s3tools/s3cmd/issues/1377; the second: servers that follow S3",
        ),
        Assumption(
            "RestoreObject without a document, or with SelectParameters and another type than "
            "SELECT, is `MalformedXML`, as without Days or with Tier.",
            "responses.restore:restore_object",
            "without Days: https://github.com/aws/aws-sdk-ruby/issues/3134; Tier: "
            "https://github.com/aws/aws-sdk/issues/505",
        ),
    ),
    "Replication": (
        Assumption(
            "A destination in another account than configured, and one that blocks SSE-C, fail with "
            "`DstPutObjectNotPermitted`.",
            "backend.replication:NOT_FOUND",
        ),
        Assumption(
            "Events about replicated metadata have the `s3Operation` OBJECT_PUT, as those about new objects.",
            "backend.replication:Task",
            "https://github.com/aws/aws-lambda-go/pull/612",
        ),
        Assumption(
            "A replica uses a bucket key where the source or the destination does.", "backend.replication:_encryption"
        ),
        Assumption("A replica has the ETag of its source, whatever its encryption.", "backend.replication:_encryption"),
        Assumption(
            "A replicated delete marker is `ObjectRemoved:DeleteMarkerCreated` in the destination, and an "
            "object uploaded in parts `ObjectCreated:CompleteMultipartUpload`.",
            "backend.replication:_receive",
        ),
        Assumption("Metadata replicated later sends no event in the destination.", "backend.replication:_receive"),
        Assumption(
            "Versions of a key are ordered by the time they were made, also in the destination.",
            "backend.versions:insert",
        ),
        Assumption(
            "A replication rule with both Prefix and Filter, rules of V1 and V2 together, "
            "DeleteMarkerReplication without a status, a Not with other than one predicate, and a "
            "storage class that a replica cannot have are `MalformedXML`.",
            "models.replication.document",
            "what is not allowed: API pages, User Guide",
        ),
        Assumption(
            'A prefix that is too long is `InvalidRequest` "The maximum size of a prefix is 1024", '
            "as in lifecycle rules.",
            "models.replication.document:_prefix",
            "the limit: API page",
        ),
        Assumption("Excluded tags may have one key with several values.", "models.replication.document:_tags"),
    ),
    "Notifications": (
        Assumption(
            "Errors of a notification configuration name the element and its value, where nothing is cited.",
            "models.notification",
        ),
        Assumption(
            "Two overlapping events of one configuration are refused with the message for two configurations.",
            "models.notification:OVERLAPPING",
            "https://github.com/minio/minio/issues/2472",
        ),
        Assumption(
            'More than 100 configurations are `InvalidRequest` "Too many configurations submitted. ..."',
            "models.notification:Notification",
            "other servers",
        ),
        Assumption(
            'Two configurations with one ID are `InvalidArgument` "Same ID used for multiple configurations. '
            'IDs must be unique."',
            "models.notification:Notification",
            "other servers",
        ),
        Assumption(
            'An ID of more than 255 characters is `InvalidArgument` "ID length exceeded allowed limit of 255".',
            "models.notification:_target",
            "other servers",
        ),
        Assumption(
            'An unknown event is `InvalidArgument` "The event is not supported for notifications".',
            "models.notification:_target wire.quirks:OPEN_ENUMS",
        ),
        Assumption(
            'A FIFO queue is `InvalidArgument` "FIFO SQS queues are not supported."',
            "models.notification:_target",
            "User Guide: there are none",
        ),
        Assumption(
            "A destination in another region is `InvalidArgument` with the ARN as its value.",
            "models.notification:_target",
            "the message: Lambda's console",
        ),
        Assumption("A filter without rules is `MalformedXML`.", "models.notification:_filter_rules"),
        Assumption(
            'Two prefixes in one filter are refused with "Cannot specify more than one prefix rule in a '
            'filter.", and a value of more than 1,024 bytes with "Size of filter rule value cannot exceed 1024 '
            'bytes in UTF-8 representation".',
            "models.notification:_filter_rules",
        ),
        Assumption(
            'A missing topic is described as "The destination topic does not exist".',
            "destinations:Delivery",
            "recorded of queues and functions",
        ),
    ),
    "Logging, inventory and metadata": (
        Assumption(
            "A logging configuration with two key formats, or an empty TargetObjectKeyFormat, is `MalformedXML`.",
            "models.logging:Logging",
        ),
        Assumption(
            "Grants for a target bucket without ACLs are `AccessControlListNotSupported`; a target is checked "
            "in the order: account, region, log delivery, grants.",
            "responses.logging:put_bucket_logging",
            "PutBucketLogging: they are refused",
        ),
        Assumption(
            "A directory bucket as a target is answered like a bucket that does not exist.",
            "responses.logging:put_bucket_logging",
            "User Guide: there are no logs",
        ),
        Assumption(
            "PutBucketLogging accepts a target without ACLs, and one whose policy allows the logging service anything.",
            "backend.reports.log_delivery:is_permitted",
        ),
        Assumption(
            "The log record of a delete marker made by lifecycle has the size of the version below it and its "
            "own version ID.",
            "backend.reports.logging:_lifecycle_record",
        ),
        Assumption(
            "Inventory reports are made at 01:00 UTC.",
            "backend.reports.inventory",
            "within 48 hours, and later on Sundays: User Guide",
        ),
        Assumption(
            "Inventory reports have the columns for event holds after the legal hold, the reference date "
            "after the access tier, and the expiration date last.",
            "models.inventory:OPTIONAL",
        ),
        Assumption(
            "A repeated field, or more than one encryption, in an inventory configuration is `MalformedXML`.",
            "models.inventory:Inventory",
        ),
        Assumption(
            'The message of `MetadataConfigurationNotFound` is "The metadata configuration does not exist".',
            "error_catalogue.elsewhere:ELSEWHERE",
            "the code: CloudTrail logs, Terraform's AWS provider",
        ),
        Assumption(
            "An invalid metadata configuration is `InvalidRequest`, as that of an annotation table "
            "is: one that changes the encryption of a table, has a table bucket of another region or "
            "account, a RecordExpiration outside its limits, `aws:kms` without a key of the bucket's "
            "region, or a key without `aws:kms`.",
            "models.metadata",
            'what is refused: API pages, User Guide; annotation tables: "Error responses"',
        ),
        Assumption(
            "Updating the tables of a V1 metadata configuration is `MethodNotAllowed`.",
            "responses.metadata",
            "of the others: API pages",
        ),
        Assumption("A second metadata configuration is `InvalidBucketState`.", "responses.metadata:_create"),
    ),
    "Directory buckets": (
        Assumption(
            'ListObjects is refused with a 400, "This bucket does not support this operation.", and another delimiter '
            'than the slash with "This bucket does not support a delimiter other than a forward slash (/).".',
            "error_catalogue.elsewhere:ELSEWHERE models.directory:check_listing",
            "as those for prefixes and Content-MD5; the code of the former: https://github.com/boto/boto3/issues/3972",
        ),
        Assumption(
            "Other unsupported operations are `MethodNotAllowed` on buckets and `NotImplemented` on objects.",
            "models.directory:unsupported",
        ),
        Assumption(
            "What directory buckets do not support in a query or in DeleteObjects (`start-after`, `upload-id-marker`, "
            "a version ID) is `NotImplemented`, as headers are.",
            "models.directory:check_members responses.directory.objects:delete_objects",
        ),
        Assumption(
            "A zonal operation at the regional endpoint, or the other way round, is `MethodNotAllowed`.",
            "responses.directory:check",
            "at the wrong region: https://github.com/peak/s5cmd/issues/725",
        ),
        Assumption(
            "A CreateBucketConfiguration that does not fit the kind of the bucket's name is `MalformedXML`, one that "
            "does not fit its zone `InvalidRequest`.",
            "responses.directory:create_bucket responses.buckets:create_bucket",
            "of a missing one: https://github.com/aws-controllers-k8s/community/issues/2658; of both members under an "
            "ordinary name: adobe/S3Mock, BucketIT, verified against S3",
        ),
        Assumption(
            "CreateSession of another kind of bucket is `MethodNotAllowed`.", "responses.directory:create_session"
        ),
        Assumption(
            "Encryptions other than SSE-S3 and SSE-KMS are `InvalidArgument`; a second KMS key, and encryption headers "
            "that differ from the session's, are `InvalidRequest`.",
            "responses.directory:_check_encryption",
            "User Guide: they are refused",
        ),
        Assumption(
            "RenameObject of a key that ends with a slash is `InvalidRequest`.",
            "responses.directory.objects:rename_object",
            "User Guide: it fails",
        ),
        Assumption(
            "Part numbers with a gap are `InvalidPartOrder`, as for an upload with composite checksums.",
            "responses.directory.objects:complete_multipart_upload",
        ),
        Assumption(
            "CopyObject excludes annotations unless the request says otherwise.",
            "responses.directory.objects:copy_object",
        ),
        Assumption(
            "DeleteObjects with a key of white space or with control characters is `MalformedXML`.",
            "responses.directory.objects:delete_objects",
        ),
    ),
    "S3 Select": (
        Assumption(
            "An error code whose exact condition is not documented is answered where its description "
            "fits: `MissingRequiredParameter` for a missing input or output format; "
            "`InvalidRequestParameter` for a delimiter or quote that is too long; `InvalidScanRange` "
            "for a scan range without a byte of the object; `CSVUnescapedQuote` for characters after "
            "a closing quote; `UnsupportedSqlStructure` for aggregates beside plain columns; "
            "`UnrecognizedFormatException` for nested values in CSV output; `InvalidColumnIndex` for "
            "a name without a header; `InvalidKeyPath` for a path into a field; `InvalidDataType` "
            "for arithmetic with, or a sum of, values that are not numbers; `ExternalEvalException` "
            "for a division by zero; and `InvalidCast` for a CAST of a nested value.",
            "select.query",
            "list of error codes",
        ),
        Assumption(
            "Records may end in `\\r\\n`, whether that is the record delimiter (the API page says one "
            "character) or the line feed is.",
            "select.request:CsvInput",
            "as record delimiter: https://github.com/aws/aws-sdk-net/issues/1825",
        ),
        Assumption(
            "The header of a CSV object is its first line, even where a scan range begins later.",
            "select.records:source",
        ),
        Assumption(
            "A field of CSV is converted implicitly when it is compared or computed with a number or a boolean.",
            "select.values:Untyped",
            "minio's tests select `id = 2`; the User Guide says it must be cast",
        ),
        Assumption("A comparison of types that have no order selects nothing.", "select.values:ordered"),
        Assumption(
            "Functions of timestamps accept strings that contain one.",
            "select.functions:_timestamp",
            "minio's tests of DATE_DIFF",
        ),
        Assumption(
            "A year of two digits from 70 to 99 is in the 1900s.",
            "select.timestamps:_FIRST_YEAR_OF_1900S",
            "Java's formatters of Ion",
        ),
    ),
}
"""By topic."""
