"""PostObject: what a browser's form uploads."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote_plus, urlencode, urlsplit, urlunsplit

from s3mock.backend import versions
from s3mock.exchange import Exchange
from s3mock.models import checksums, directory, names, post_policy, tagging
from s3mock.models.checksums import Digests
from s3mock.models.version import NOTHING, Version
from s3mock.responses import object_lock, payload
from s3mock.responses.objects import new
from s3mock.responses.objects.objects import put_reply
from s3mock.responses.registry import Parameters, operation

STATUSES = {"200": 200, "201": 201, "204": 204}
"""The values of ``success_action_status``; anything else is a 204."""


@operation(
    "PostObject",
    action="s3:PutObject",
    on="new object",
    log="REST.POST.BUCKET",
    event="ObjectCreated:Post",
    object_lambda=False,
)
def post_object(exchange: Exchange, request: Parameters) -> Parameters:
    """Store the file of a form whole, or not at all, if the form's policy allows it.

    S3 API: PostObject
    """
    if request["Length"] is None:
        raise payload.missing_length(exchange.headers)
    key = request["Key"]
    fields: Mapping[str, str] = request["Fields"]
    ranges = [post_policy.LengthRange(0, exchange.cloud.settings.put_max_size)]
    if request["AccessKey"] is not None:  # an unsigned form has no policy
        policy = post_policy.parse(fields["policy"])
        # At an access point: the name that the form was made for (assumed).
        name = exchange.bucket.name if exchange.through is None else exchange.through.name
        policy.check(name, fields, exchange.cloud.clock.now())
        ranges += policy.ranges
    names.check_key(key, exchange.cloud.settings.key_max_length)
    directory.check_directory_only(request, "WriteOffsetBytes")
    properties = new.properties(exchange, request)
    # Of "any request to upload an object" (User Guide, "Object Lock considerations").
    object_lock.check_digest(exchange, properties["lock"], "Object", fields)
    if "TagSet" in request:
        properties["tags"] = tagging.of_elements(request["TagSet"], tagging.OBJECT)
    digests = Digests(request, NOTHING, checksums.DEFAULT)
    blob = exchange.cloud.blobs.spool(post_policy.measured(request["Body"], ranges), *digests.running)
    version = Version(
        key=key,
        blob=blob,
        etag=properties["encryption"].etag(digests.md5.hexdigest()),
        checksum=digests.verify(NOTHING),
        last_modified=exchange.cloud.clock.now(),
        **properties,
    )
    event = exchange.declared.event
    change = exchange.commit(lambda state: versions.put(state, version, event=event))
    return _answer(exchange, request, change.made)


def _answer(exchange: Exchange, request: Parameters, version: Version) -> Parameters:
    """The answer that the form requests: a redirect, a status, or the document of a 201."""
    fields: Mapping[str, str] = request["Fields"]
    reply = put_reply(exchange, version)
    bucket, etag = exchange.bucket.name, reply["ETag"]
    try:
        redirect = urlsplit(fields.get("success_action_redirect") or fields.get("redirect") or "")
    except ValueError:
        redirect = urlsplit("")
    if redirect.scheme and redirect.netloc:  # a URL that cannot be read is ignored (API page)
        added = urlencode({"bucket": bucket, "key": version.key, "etag": etag})
        query = f"{redirect.query}&{added}" if redirect.query else added
        exchange.status = 303
        return reply | {"Location": urlunsplit(redirect._replace(query=query))}
    # Whatever the form has, slashes are %2F and spaces + (https://github.com/ceph/ceph/pull/20330,
    # https://github.com/waynehoover/s3_direct_upload/pull/189).
    location = f"{request['URL'].rstrip('/')}/{quote_plus(version.key)}"
    exchange.status = STATUSES.get(fields.get("success_action_status", ""), 204)
    reply["Location"] = location
    if exchange.status == 201:
        reply["PostResponse"] = {"Location": location, "Bucket": bucket, "Key": version.key, "ETag": etag}
    return reply
