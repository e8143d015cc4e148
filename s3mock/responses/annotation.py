"""Annotations of objects: ?annotation."""

from __future__ import annotations

from s3mock.backend import annotation as attached
from s3mock.errors import S3Error, invalid_argument
from s3mock.exchange import Exchange
from s3mock.models import annotation, checksums
from s3mock.models.annotation import Annotation
from s3mock.models.version import Version
from s3mock.responses import payload, reading
from s3mock.responses.listing import decode_token, encode_token, longest_page
from s3mock.responses.registry import Parameters, operation

LONGEST_PAGE = 1000

DIRECTIVES = frozenset({"COPY", "EXCLUDE"})


@operation("PutObjectAnnotation", action="s3:PutObjectAnnotation", on="object", log="REST.PUT.ANNOTATION")
def put_object_annotation(exchange: Exchange, request: Parameters) -> Parameters:
    """Attach a named text to an object or one of its versions, or replace the annotation with this name.

    S3 API: PutObjectAnnotation
    """
    name, body = request["AnnotationName"], request["AnnotationPayload"]
    annotation.check_name(name)
    version = _find(exchange, request, "PUT")
    if version.encryption.customer_key_md5 is not None:
        raise _customer_key_refused()
    if body.size is not None:
        annotation.check_size(body.size)
    blob, etag, checksum = payload.store(exchange, request | {"Body": body})
    annotation.check_text(blob.read())
    checksum = checksum or payload.default_checksum(blob)
    new = Annotation(name, blob, etag, exchange.cloud.clock.now(), checksum)
    exchange.commit(lambda state: attached.put(state, version, new, request.get("ObjectIfMatch")))
    return {
        "Key": version.key,
        "AnnotationName": name,
        "ObjectVersionId": reading.version_id_shown(exchange, version),
        "ETag": f'"{etag}"',
        **checksum.members,
        **version.encryption.members,
    }


def _find(exchange: Exchange, request: Parameters, method: str) -> Version:
    """The version whose annotations the request is about; a delete marker is refused, even as the latest version.

    ("Error responses", list "Annotations": MethodNotAllowed "when the request targets a delete marker".) Raises what
    ``reading.find_version`` does.
    """
    return reading.find_version(exchange, request["Key"], request.get("VersionId"), method, marker_hides=False)


def _customer_key_refused() -> S3Error:
    # "Error responses", list "Annotations", which is about CopyObject as well.
    return S3Error("InvalidRequest", "The object is encrypted with SSE-C, which does not support annotations.")


@operation("GetObjectAnnotation", action="s3:GetObjectAnnotation", on="object", log="REST.GET.ANNOTATION")
def get_object_annotation(exchange: Exchange, request: Parameters) -> Parameters:
    """The text of an annotation, even if its object is archived.

    S3 API: GetObjectAnnotation
    """
    name = request["AnnotationName"]
    if not name:  # before the key, and after the bucket (measured by brekkylab/backlot, 2026-09-29)
        raise S3Error("UserAnnotationNameMustBeSpecified")
    version = _find(exchange, request, "GET")
    present = attached.find(version, name)
    if present is None:
        raise S3Error("NoSuchAnnotation", AnnotationName=name)
    reply: Parameters = {
        "AnnotationPayload": present.blob.read(),
        "ObjectVersionId": reading.version_id_shown(exchange, version),
        "LastModified": present.last_modified,
        "ContentLength": present.blob.size,
        "ETag": f'"{present.etag}"',
        "ReplicationStatus": _replication_status(version),
        **version.encryption.members,
    }
    if request.get("ChecksumMode") == "ENABLED":
        reply.update(present.checksum.members)
    return reply


def _replication_status(version: Version) -> str | None:
    """The status of an annotation: that of its version, with which it is replicated, and as fast (assumed)."""
    return None if version.replication is None else version.replication.status


@operation("ListObjectAnnotations", action="s3:ListObjectAnnotations", on="object", log="REST.GET.ANNOTATION")
def list_object_annotations(exchange: Exchange, request: Parameters) -> Parameters:
    """List the annotations of an object or one of its versions by name, in pages.

    S3 API: ListObjectAnnotations
    """
    limit: int = request.get("MaxAnnotationResults", LONGEST_PAGE)
    if not 1 <= limit <= LONGEST_PAGE:  # measured by brekkylab/backlot, 2026-09-29
        raise invalid_argument(
            f"Argument max-annotation-results must be an integer between 1 and {LONGEST_PAGE}",
            "max-annotation-results",
            str(limit),
        )
    prefix, token = request.get("AnnotationPrefix"), request.get("ContinuationToken")
    if prefix is not None:
        annotation.check_prefix(prefix)
    version = _find(exchange, request, "GET")
    after = "" if token is None else decode_token(token)
    order = after.encode("utf-8", "surrogatepass")
    remaining = [each for each in version.annotations if each.order > order and each.name.startswith(prefix or "")]
    page = remaining[: min(limit, longest_page(exchange, LONGEST_PAGE))]
    return {
        "Annotations": [
            {
                "AnnotationName": each.name,
                "LastModified": each.last_modified,
                "ETag": f'"{each.etag}"',
                "ChecksumAlgorithm": (each.checksum.algorithm,),
                "Size": each.blob.size,
                "ReplicationStatus": _replication_status(version),
            }
            for each in page
        ],
        "Bucket": exchange.bucket.name,
        "Key": version.key,
        "ObjectVersionId": reading.version_id_shown(exchange, version),
        "AnnotationPrefix": prefix,
        # Only if the request has it (measured by brekkylab/backlot, 2026-09-29).
        "MaxAnnotationResults": request.get("MaxAnnotationResults"),
        "AnnotationCount": len(page),
        "ContinuationToken": token,
        "NextContinuationToken": encode_token(page[-1].name) if len(page) < len(remaining) else None,
    }


@operation("DeleteObjectAnnotation", action="s3:DeleteObjectAnnotation", on="object", log="REST.DELETE.ANNOTATION")
def delete_object_annotation(exchange: Exchange, request: Parameters) -> Parameters:
    """Remove an annotation for good; it is a success if there was none.

    S3 API: DeleteObjectAnnotation
    """
    name, condition = request["AnnotationName"], request.get("ObjectIfMatch")
    if not name:
        raise S3Error("UserAnnotationNameMustBeSpecified")
    version = _find(exchange, request, "DELETE")
    # The API page names the header, the model does not.
    bypass = exchange.headers.get("x-amz-bypass-governance-retention", "").lower() == "true"
    now = exchange.cloud.clock.now()
    exchange.commit(lambda state: attached.delete(state, version, name, condition, now=now, bypass=bypass))
    return {"ObjectVersionId": reading.version_id_shown(exchange, version)}


def directive(request: Parameters) -> str:
    """The directive for the annotations of a copy: COPY, the default, or EXCLUDE. Raises InvalidArgument."""
    value: str = request.get("AnnotationDirective", "COPY")
    if value not in DIRECTIVES:  # "Error responses", list "Annotations"
        message = "The annotation directive is not valid. Valid values are COPY and EXCLUDE."
        raise invalid_argument(message, "x-amz-object-annotation-directive", value)
    return value


def copied(exchange: Exchange, request: Parameters, source: Version) -> tuple[Annotation, ...]:
    """The annotations of a copy of ``source``, with checksums of the requested algorithm, else with the same ones.

    They are as new as the copy (assumed).

    Raises InvalidRequest for a copy that is encrypted with a customer's key.
    """
    if not source.annotations or directive(request) == "EXCLUDE":
        return ()
    if "SSECustomerAlgorithm" in request:
        raise _customer_key_refused()
    algorithm = checksums.named(request["ChecksumAlgorithm"]) if "ChecksumAlgorithm" in request else None
    now = exchange.cloud.clock.now()
    return tuple(
        Annotation(
            each.name,
            each.blob,
            each.etag,
            now,
            each.checksum if algorithm is None else checksums.of(algorithm, each.blob.chunks()),
        )
        for each in source.annotations
    )
