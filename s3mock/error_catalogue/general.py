"""The general list of S3's "Error responses" page."""

from __future__ import annotations

from collections.abc import Mapping

from s3mock.error_catalogue.entry import ErrorEntry

# Messages that two codes share.
_MALFORMED_XML = "The XML you provided was not well-formed or did not validate against our published schema"
_INTERRUPTED = "An error was encountered while reading the WriteGetObjectResponse body."

GENERAL: Mapping[str, ErrorEntry] = {
    "AccessControlListNotSupported": ErrorEntry(400, "The bucket does not allow ACLs"),
    # The fields belong to a presigned URL that has expired or is not yet valid, and to headers that should have been
    # signed (s3_facts 10, https://github.com/minio/minio/issues/2638).
    "AccessDenied": ErrorEntry(
        403, "Access Denied", ("X-Amz-Date", "X-Amz-Expires", "Expires", "ServerTime", "HeadersNotSigned")
    ),
    "AccessPointAlreadyOwnedByYou": ErrorEntry(
        409, "An access point with an identical name already exists in your account."
    ),
    "AccountProblem": ErrorEntry(
        403, "There is a problem with your AWS account that prevents the operation from completing successfully."
    ),
    "AllAccessDisabled": ErrorEntry(403, "All access to this object has been disabled"),
    "AmbiguousGrantByEmailAddress": ErrorEntry(
        400, "The e-mail address you provided is associated with more than one account."
    ),
    "AuthorizationHeaderMalformed": ErrorEntry(400, "The authorization header is malformed.", ("Region",)),
    "AuthorizationQueryParametersError": ErrorEntry(
        400, "The authorization query parameters that you provided are not valid.", ("Region",)
    ),
    # The message of Content-MD5; that of a checksum is s3_facts 9. The order: versitygw/issues/2034.
    "BadDigest": ErrorEntry(
        400, "The Content-MD5 you specified did not match what we received.", ("CalculatedDigest", "ExpectedDigest")
    ),
    "BucketAlreadyExists": ErrorEntry(
        409,
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. "
        "Please select a different name and try again.",
        ("BucketName",),
    ),
    "BucketAlreadyOwnedByYou": ErrorEntry(
        409, "Your previous request to create the named bucket succeeded and you already own it.", ("BucketName",)
    ),
    "BucketHasAccessPointsAttached": ErrorEntry(
        400,
        "The bucket you tried to delete has access points attached. "
        "Delete your access points before deleting your bucket.",
    ),
    # For a versioned bucket the message goes on: "... not empty. You must delete all versions in the bucket."
    # (aws_recorded).
    "BucketNotEmpty": ErrorEntry(409, "The bucket you tried to delete is not empty", ("BucketName",)),
    "ClientTokenConflict": ErrorEntry(
        409, "Your Multi-Region Access Point idempotency token was already used for a different request."
    ),
    "ConditionalRequestConflict": ErrorEntry(
        409,
        "The conditional request cannot succeed due to a conflicting operation against this resource.",
        ("Condition", "Key"),
    ),
    "ConnectionClosedByRequester": ErrorEntry(400, _INTERRUPTED),
    "CredentialsNotSupported": ErrorEntry(400, "This request does not support credentials."),
    # S3's own spelling, code and message (aws_recorded: test_put_bucket_logging_cross_locations).
    "CrossLocationLoggingProhibitted": ErrorEntry(
        403, "Cross S3 location logging not allowed. ", ("SourceBucketLocation", "TargetBucketLocation")
    ),
    "DeviceNotActiveError": ErrorEntry(400, "The device is not currently active."),
    "EndpointNotFound": ErrorEntry(400, "Direct requests to the correct endpoint."),
    # On the page a download that is too large has the status 405.
    "EntityTooLarge": ErrorEntry(
        400, "Your proposed upload exceeds the maximum allowed size", ("ProposedSize", "MaxSizeAllowed")
    ),
    # s3_facts 6 lists the fields alphabetically; the response quoted in github.com/versity/versitygw/issues/2040 has
    # them in this order. Other issues there have the orders of EntityTooLarge (2041), InvalidPart (2036), InvalidTag
    # (2039) and MetadataTooLarge (2086).
    "EntityTooSmall": ErrorEntry(
        400,
        "Your proposed upload is smaller than the minimum allowed size",
        ("ProposedSize", "MinSizeAllowed", "PartNumber", "ETag"),
    ),
    "ExpiredToken": ErrorEntry(400, "The provided token has expired.", ("Token-0",)),
    "IllegalLocationConstraintException": ErrorEntry(
        400,
        "The unspecified location constraint is incompatible for the region specific endpoint this request "
        "was sent to.",
    ),
    "IllegalVersioningConfigurationException": ErrorEntry(400, "The Versioning element must be specified"),
    "IncompleteBody": ErrorEntry(
        400,
        "You did not provide the number of bytes specified by the Content-Length HTTP header",
        ("NumberBytesExpected", "NumberBytesProvided"),
    ),
    # The message of the website endpoint, as quoted on public web pages.
    "IncorrectEndpoint": ErrorEntry(
        400,
        "The specified bucket exists in another region. Please direct requests to the specified endpoint.",
        ("Endpoint",),
    ),
    "IncorrectNumberOfFilesInPostRequest": ErrorEntry(400, "POST requires exactly one file upload per request."),
    "InlineDataTooLarge": ErrorEntry(400, "Inline data exceeds the maximum allowed size"),
    "InternalError": ErrorEntry(500, "We encountered an internal error. Please try again."),
    "InvalidAccessKeyId": ErrorEntry(
        403, "The AWS Access Key Id you provided does not exist in our records.", ("AWSAccessKeyId",)
    ),
    "InvalidAccessPoint": ErrorEntry(400, "The specified access point name or account is not valid."),
    "InvalidAccessPointAliasError": ErrorEntry(400, "The specified access point alias name is not valid."),
    "InvalidAddressingHeader": ErrorEntry(400, "You must specify the Anonymous role."),  # the page gives no status
    # Region: a form whose policy was signed for another one (github.com/CulturalMe/meteor-slingshot/issues/150).
    "InvalidArgument": ErrorEntry(400, "Invalid Argument", ("ArgumentName", "ArgumentValue", "Region")),
    "InvalidBucketAclWithObjectOwnership": ErrorEntry(
        400, "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
    ),
    "InvalidBucketName": ErrorEntry(400, "The specified bucket is not valid.", ("BucketName",)),
    "InvalidBucketOwnerAWSAccountID": ErrorEntry(
        400, "The value of the expected bucket owner parameter must be an AWS account ID."
    ),
    "InvalidBucketState": ErrorEntry(409, "The request is not valid with the current state of the bucket."),
    "InvalidDigest": ErrorEntry(400, "The Content-MD5 you specified was invalid.", ("Content-MD5",)),
    # The message of a response (github.com/aws/aws-sdk-go/issues/2724); the page has "The valid value is AES256."
    "InvalidEncryptionAlgorithmError": ErrorEntry(
        400,
        "The Encryption request you specified is not valid. Supported value: AES256.",
        ("ArgumentName", "ArgumentValue"),
    ),
    "InvalidHostHeader": ErrorEntry(
        400, "The host headers provided in the request used the incorrect style addressing."
    ),
    "InvalidHttpMethod": ErrorEntry(400, "The request is made using an unexpected HTTP method."),
    "InvalidLocationConstraint": ErrorEntry(
        400, "The specified location-constraint is not valid", ("LocationConstraint",)
    ),
    # StorageClass and AccessTier are the members of the shape in botocore's model.
    "InvalidObjectState": ErrorEntry(
        403, "The operation is not valid for the object's storage class", ("StorageClass", "AccessTier")
    ),
    "InvalidPart": ErrorEntry(
        400,
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified "
        "entity tag may not match the part's entity tag.",
        ("UploadId", "PartNumber", "ETag"),
    ),
    "InvalidPartOrder": ErrorEntry(
        400,
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
        ("UploadId",),
    ),
    "InvalidPayer": ErrorEntry(403, "All access to this object has been disabled."),
    "InvalidPolicyDocument": ErrorEntry(
        400, "The content of the form does not meet the conditions specified in the policy document."
    ),
    "InvalidRange": ErrorEntry(416, "The requested range is not satisfiable", ("RangeRequested", "ActualObjectSize")),
    "InvalidRegion": ErrorEntry(
        403, "You've attempted to create a Multi-Region Access Point in a Region that you haven't opted in to."
    ),
    "InvalidRequest": ErrorEntry(400, "Invalid Request"),
    "InvalidSOAPRequest": ErrorEntry(400, "The SOAP request body is invalid."),
    "InvalidSecurity": ErrorEntry(403, "The provided security credentials are not valid."),
    "InvalidSessionException": ErrorEntry(400, "The session doesn't exist anymore because it timed out or expired."),
    "InvalidSignature": ErrorEntry(
        400, "The request signature that the server calculated does not match the signature that you provided."
    ),
    "InvalidStorageClass": ErrorEntry(400, "The storage class you specified is not valid", ("StorageClassRequested",)),
    "InvalidTag": ErrorEntry(400, "The TagValue you have provided is invalid", ("TagKey", "TagValue")),
    "InvalidTargetBucketForLogging": ErrorEntry(400, "The target bucket for logging does not exist", ("TargetBucket",)),
    "InvalidToken": ErrorEntry(400, "The provided token is malformed or otherwise invalid.", ("Token-0",)),
    "InvalidURI": ErrorEntry(400, "Couldn't parse the specified URI.", ("URI",)),
    "KMS.DisabledException": ErrorEntry(400, "The request was rejected because the specified KMS key is not enabled."),
    "KMS.InvalidKeyUsageException": ErrorEntry(
        400, "The KeyUsage value or the key material of the KMS key is incompatible with the API operation."
    ),
    "KMS.KMSInvalidStateException": ErrorEntry(
        400, "The request was rejected because the state of the specified resource is not valid for this request."
    ),
    "KMS.NotFoundException": ErrorEntry(
        400, "The request was rejected because the specified entity or resource could not be found."
    ),
    "KeyTooLongError": ErrorEntry(400, "Your key is too long", ("Size", "MaxSizeAllowed")),
    "MalformedACLError": ErrorEntry(400, _MALFORMED_XML),
    "MalformedPOSTRequest": ErrorEntry(400, "The body of your POST request is not well-formed multipart/form-data."),
    "MalformedPolicy": ErrorEntry(400, "Invalid principal in policy", ("Detail",)),
    "MalformedXML": ErrorEntry(400, _MALFORMED_XML),
    "MaxMessageLengthExceeded": ErrorEntry(400, "Your request was too big.", ("MaxMessageLengthBytes",)),
    "MaxPostPreDataLengthExceededError": ErrorEntry(
        400, "Your POST request fields preceding the upload file was too large."
    ),
    "MetadataTooLarge": ErrorEntry(
        400, "Your metadata headers exceed the maximum allowed metadata size", ("Size", "MaxSizeAllowed")
    ),
    "MethodNotAllowed": ErrorEntry(
        405, "The specified method is not allowed against this resource.", ("Method", "ResourceType")
    ),
    "MissingAttachment": ErrorEntry(400, "A SOAP attachment was expected, but none was found."),
    "MissingAuthenticationToken": ErrorEntry(403, "The request was not signed."),
    "MissingContentLength": ErrorEntry(411, "You must provide the Content-Length HTTP header."),
    "MissingRequestBodyError": ErrorEntry(400, "Request Body is empty"),
    "MissingSecurityElement": ErrorEntry(400, "The SOAP 1.1 request is missing a security element."),
    "MissingSecurityHeader": ErrorEntry(400, "Your request was missing a required header", ("MissingHeaderName",)),
    "NoLoggingStatusForKey": ErrorEntry(400, "There is no such thing as a logging status subresource for a key."),
    "NoSuchAccessPoint": ErrorEntry(404, "The specified accesspoint does not exist", ("AccessPointName",)),
    "NoSuchAsyncRequest": ErrorEntry(404, "The specified request was not found."),
    "NoSuchBucket": ErrorEntry(404, "The specified bucket does not exist", ("BucketName",)),
    "NoSuchBucketPolicy": ErrorEntry(404, "The bucket policy does not exist", ("BucketName",)),
    "NoSuchCORSConfiguration": ErrorEntry(404, "The CORS configuration does not exist", ("BucketName",)),
    "NoSuchKey": ErrorEntry(404, "The specified key does not exist.", ("Key",)),
    "NoSuchLifecycleConfiguration": ErrorEntry(404, "The lifecycle configuration does not exist", ("BucketName",)),
    "NoSuchMultiRegionAccessPoint": ErrorEntry(404, "The specified Multi-Region Access Point does not exist."),
    "NoSuchObjectLockConfiguration": ErrorEntry(404, "The specified object does not have a ObjectLock configuration"),
    "NoSuchTagSet": ErrorEntry(404, "The TagSet does not exist", ("BucketName",)),
    "NoSuchUpload": ErrorEntry(
        404,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
        "completed.",
        ("UploadId",),
    ),
    "NoSuchVersion": ErrorEntry(404, "The specified version does not exist.", ("Key", "VersionId")),
    "NoSuchWebsiteConfiguration": ErrorEntry(
        404, "The specified bucket does not have a website configuration", ("BucketName",)
    ),
    "NoTransformationDefined": ErrorEntry(404, "No transformation found for this Object Lambda Access Point."),
    "NotDeviceOwnerError": ErrorEntry(
        400, "The device that generated the token is not owned by the authenticated user."
    ),
    "NotImplemented": ErrorEntry(
        501, "A header you provided implies functionality that is not implemented", ("Header", "additionalMessage")
    ),
    "NotModified": ErrorEntry(304, "Not Modified"),  # a 304 has no body, so the message is never sent
    "NotSignedUp": ErrorEntry(
        403, "Your account is not signed up for the S3 service. You must sign up before you can use S3."
    ),
    "ObjectLockConfigurationNotFoundError": ErrorEntry(
        404, "Object Lock configuration does not exist for this bucket", ("BucketName",)
    ),
    "OperationAborted": ErrorEntry(
        409, "A conflicting conditional operation is currently in progress against this resource. Please try again."
    ),
    "OwnershipControlsNotFoundError": ErrorEntry(404, "The bucket ownership controls were not found", ("BucketName",)),
    "PermanentRedirect": ErrorEntry(
        301,
        "The bucket you are attempting to access must be addressed using the specified endpoint. "
        "Please send all future requests to this endpoint.",
        ("Endpoint", "Bucket"),
    ),
    "PermanentRedirectControlError": ErrorEntry(
        301, "The API operation you are attempting to access must be addressed using the specified endpoint."
    ),
    "PreconditionFailed": ErrorEntry(
        412, "At least one of the pre-conditions you specified did not hold", ("Condition",)
    ),
    "Redirect": ErrorEntry(
        307, "You are being redirected to the bucket while the DNS server is being updated.", ("Endpoint", "Bucket")
    ),
    "RequestHeaderSectionTooLarge": ErrorEntry(
        400,
        "Your request header section exceeds the maximum allowed size.",
        ("MaxSizeAllowed",),
    ),
    "RequestIsNotMultiPartContent": ErrorEntry(412, "Bucket POST must be of the enclosure-type multipart/form-data"),
    "RequestTimeTooSkewed": ErrorEntry(
        403,
        "The difference between the request time and the current time is too large.",
        ("RequestTime", "ServerTime", "MaxAllowedSkewMilliseconds"),
    ),
    "RequestTimeout": ErrorEntry(
        400,
        "Your socket connection to the server was not read from or written to within the timeout period. "
        "Idle connections will be closed.",
    ),
    "RequestTorrentOfBucketError": ErrorEntry(400, "Requesting the torrent file of a bucket is not permitted."),
    "ResponseInterrupted": ErrorEntry(400, _INTERRUPTED),
    "RestoreAlreadyInProgress": ErrorEntry(409, "Object restore is already in progress"),
    # 400 on the page, 404 in a response (github.com/crossplane-contrib/provider-aws/issues/400).
    "ServerSideEncryptionConfigurationNotFoundError": ErrorEntry(
        404, "The server side encryption configuration was not found", ("BucketName",)
    ),
    "ServiceUnavailable": ErrorEntry(503, "Service is unable to handle request."),
    "SignatureDoesNotMatch": ErrorEntry(
        403,
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method.",
        (
            "AWSAccessKeyId",
            "StringToSign",
            "SignatureProvided",
            "StringToSignBytes",
            "CanonicalRequest",
            "CanonicalRequestBytes",
        ),
    ),
    "SlowDown": ErrorEntry(503, "Please reduce your request rate."),
    "TagPolicyException": ErrorEntry(
        400, "The tag policy does not allow the specified value for the following tag key."
    ),
    "TemporaryRedirect": ErrorEntry(
        307,
        "Please re-send this request to the specified temporary endpoint. "
        "Continue to use the original request endpoint for future requests.",
        ("Endpoint", "Bucket"),
    ),
    "TokenCodeInvalidError": ErrorEntry(400, "The serial number and/or token code you provided is not valid."),
    "TokenRefreshRequired": ErrorEntry(400, "The provided token must be refreshed."),
    "TooManyAccessPoints": ErrorEntry(400, "You have attempted to create more access points than are allowed."),
    "TooManyBuckets": ErrorEntry(400, "You have attempted to create more buckets than allowed"),
    "TooManyMultiRegionAccessPointregionsError": ErrorEntry(
        400,
        "You have attempted to create a Multi-Region Access Point with more Regions than are allowed for an account.",
    ),
    "TooManyMultiRegionAccessPoints": ErrorEntry(
        400, "You have attempted to create more Multi-Region Access Points than are allowed for an account."
    ),
    "UnauthorizedAccessError": ErrorEntry(403, "The bucket does not have an ICP license."),  # China only
    "UnexpectedContent": ErrorEntry(400, "This request does not support content"),
    "UnexpectedIPError": ErrorEntry(403, "This request was rejected because the IP was unexpected."),  # China only
    "UnresolvableGrantByEmailAddress": ErrorEntry(
        400, "The e-mail address you provided does not match any account on record.", ("EmailAddress",)
    ),
    "UnsupportedArgument": ErrorEntry(400, "The request contained an unsupported argument."),
    "UnsupportedSignature": ErrorEntry(
        400, "The provided request is signed with an unsupported STS Token version or signature version."
    ),
    "UserKeyMustBeSpecified": ErrorEntry(
        400, "The bucket POST must contain the specified field name. If it is specified, check the order of the fields."
    ),
}
