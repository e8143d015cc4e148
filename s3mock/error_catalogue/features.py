"""The lists of S3's "Error responses" page for single features, without the codes that are in the general list too."""

from __future__ import annotations

from collections.abc import Mapping

from s3mock.error_catalogue.entry import ErrorEntry

REPLICATION: Mapping[str, ErrorEntry] = {
    "ReplicationConfigurationNotFoundError": ErrorEntry(
        404, "The replication configuration was not found", ("BucketName",)
    ),
}

TAGGING: Mapping[str, ErrorEntry] = {
    "NoSuchResource": ErrorEntry(404, "The specified resource doesn't exist."),
    "TooManyTags": ErrorEntry(400, "The number of tags exceeds the limit of 50 tags."),
}

ANNOTATION: Mapping[str, ErrorEntry] = {
    "AnnotationLimitExceeded": ErrorEntry(400, "The object annotation count exceeds the limit (1000)."),
    "AnnotationNameTooLong": ErrorEntry(400, "Your annotation name is too long."),
    "AnnotationRequestConflict": ErrorEntry(
        409, "A conflicting operation is currently in progress against this annotation."
    ),
    "InvalidAnnotationName": ErrorEntry(400, "The annotation name you provided is invalid."),
    "InvalidPrefix": ErrorEntry(400, "The annotation prefix you have provided is not valid."),
    # The field was measured by brekkylab/backlot, 2026-09-29.
    "NoSuchAnnotation": ErrorEntry(404, "The specified annotation does not exist.", ("AnnotationName",)),
    "UnsupportedMediaType": ErrorEntry(415, "The request payload contains an unsupported media type."),
    "UserAnnotationNameMustBeSpecified": ErrorEntry(400, "You must specify a user annotation name."),
}

OBJECT_LAMBDA: Mapping[str, ErrorEntry] = {
    "LambdaInvalidResponse": ErrorEntry(400, "The Lambda function's response was not valid."),
    "LambdaInvocationFailed": ErrorEntry(400, "Lambda function invocation failed."),
    "LambdaNotFound": ErrorEntry(404, "The AWS Lambda function was not found."),
    "LambdaPermissionError": ErrorEntry(403, "The caller is not authorized to invoke the Lambda function."),
    # A response has "The Lambda", the page "The Lambda function" (a public bug report of 2023 shows the response).
    "LambdaResponseNotReceived": ErrorEntry(
        500, "The Lambda exited without successfully calling WriteGetObjectResponse."
    ),
    "LambdaRuntimeError": ErrorEntry(500, "The Lambda function failed during execution."),
    "LambdaTimeout": ErrorEntry(500, "The Lambda function did not respond in the allowed time."),
    "ValidationError": ErrorEntry(400, "The WriteGetObjectResponse request is not valid."),
}
