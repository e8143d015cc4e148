"""The checksums of bytes that are stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3mock.backend import synthetic
from s3mock.backend.blobs import Blob, concat
from s3mock.backend.digests import checksums_of
from s3mock.models import checksums
from s3mock.models.checksums import ALGORITHMS

SIZE = 5 * len(synthetic.BLOCK) + 17

ranges = st.tuples(st.integers(0, SIZE), st.integers(0, SIZE)).map(sorted)
pieces = st.one_of(
    ranges.map(lambda ends: synthetic.blob(SIZE).part(*ends)), st.binary(max_size=3).map(Blob.of), st.just(Blob.of(b""))
)


@given(st.lists(pieces, max_size=3).map(concat), st.sampled_from(sorted(ALGORITHMS)))
def test_a_checksum_is_that_of_the_bytes(blob: Blob, name: str) -> None:
    algorithm = ALGORITHMS[name]
    assert checksums_of(blob, algorithm) == [checksums.of(algorithm, [blob.read()])]


@pytest.mark.parametrize("blob", [Blob.of(b"bytes"), synthetic.blob(5)], ids=["stored", "synthetic"])
def test_several_checksums_are_in_the_order_of_their_algorithms(blob: Blob) -> None:
    algorithms = [ALGORITHMS[name] for name in ("SHA1", "MD5", "CRC32")]
    assert [checksum.algorithm for checksum in checksums_of(blob, *algorithms)] == ["SHA1", "MD5", "CRC32"]
