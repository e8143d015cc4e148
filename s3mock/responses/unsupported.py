"""Input members that no handler supports yet, by the feature that they belong to: a request with one is a 501."""

from __future__ import annotations

from s3mock.models.checksum import REFUSED_MEMBERS

RARE_CHECKSUMS = REFUSED_MEMBERS
