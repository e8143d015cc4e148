"""The checksums of bytes that are stored: these are read once, or not at all where they are synthetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from s3mock.backend import synthetic
from s3mock.backend.blobs import Blob
from s3mock.backend.files import FilePiece
from s3mock.models import checksums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from s3mock.backend.blobs import Piece
    from s3mock.models.checksums import Algorithm, Checksum


def checksums_of(blob: Blob, *algorithms: Algorithm) -> list[Checksum]:
    """The checksum of each of ``algorithms``."""
    if any(map(synthetic.is_made, blob.pieces)):
        return [_of_synthetic(blob.pieces, algorithm) for algorithm in algorithms]
    running = [algorithm.new() for algorithm in algorithms]
    for chunk in blob.chunks() if running else ():
        for each in running:
            each.update(chunk)
    return [checksums.complete(*each) for each in zip(algorithms, running, strict=True)]


def _of_synthetic(pieces: Sequence[Piece], algorithm: Algorithm) -> Checksum:
    """The checksum of pieces, of which some are synthetic: CRCs of these are computed without their bytes."""
    if len(pieces) == 1:
        return synthetic.checksum(algorithm, cast("FilePiece", pieces[0]))
    if algorithm.crc is None:
        return checksums.of(algorithm, Blob.of_pieces(pieces).chunks())
    return checksums.full_object(
        algorithm, [(checksums_of(Blob.of(piece), algorithm)[0].value, len(piece)) for piece in pieces]
    )
