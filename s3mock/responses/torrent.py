"""BitTorrent: ?torrent, which S3 no longer supports."""

from __future__ import annotations

from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models import names
from s3mock.responses.registry import Parameters, operation


@operation(
    "GetObjectTorrent",
    action="s3:GetObjectTorrent",
    version_action="s3:GetObjectVersionTorrent",
    on="object",
    hides_absence=True,
    log="REST.GET.TORRENT",
)
def get_object_torrent(exchange: Exchange, request: Parameters) -> Parameters:
    """Refuse the request, whether the object exists or not.

    Measured on S3 by brekkylab/backlot, 2026-09-29; the API page still describes the support until April 2022.

    S3 API: GetObjectTorrent
    """
    names.check_key(request["Key"], exchange.cloud.settings.key_max_length)
    raise S3Error("MethodNotAllowed", Method="GET", ResourceType="TORRENT")
