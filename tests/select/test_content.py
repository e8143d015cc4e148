"""The content of large and of compressed objects, read a piece at a time."""

from __future__ import annotations

import bz2
import gzip
import random
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3mock.backend.blobs import MEBIBYTE, Blob
from s3mock.errors import S3Error
from s3mock.select import content
from s3mock.select.content import Window
from s3mock.select.records import decompressed

if TYPE_CHECKING:
    from collections.abc import Callable

COMPRESSIONS: list[tuple[str, Callable[[bytes], bytes]]] = [("GZIP", gzip.compress), ("BZIP2", bz2.compress)]


@given(st.text("ab", max_size=40), st.text("ab", min_size=1, max_size=4), st.integers(1, 5), st.randoms())
def test_a_window_has_the_methods_of_bytes(text: str, sought: str, size: int, order: random.Random) -> None:
    data, part = text.encode(), sought.encode()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(content, "WINDOW", size)
        window = Window(Blob.of(data))
        assert len(window) == len(data)
        for _ in range(10):
            start, stop = order.randint(0, len(data)), order.randint(0, len(data) + 3)
            assert window.find(part, start) == data.find(part, start)
            assert window[start:stop] == data[start:stop]
            assert window.startswith(part) == data.startswith(part)
        assert [window.find(part, at) for at in range(len(data))] == [data.find(part, at) for at in range(len(data))]


@pytest.mark.parametrize(("compression", "compress"), COMPRESSIONS)
@pytest.mark.parametrize("chunk", [1, 1000, 1 << 20])
def test_members_are_decompressed_however_they_are_cut(
    compression: str, compress: Callable[[bytes], bytes], chunk: int
) -> None:
    members = [b"", b"a" * 5000, random.Random(1).randbytes(3000), b"end"]
    stored = b"".join(map(compress, members)) + b"padding"
    chunks = [stored[at : at + chunk] for at in range(0, len(stored), chunk)]
    assert b"".join(decompressed(chunks, compression)) == b"".join(members)


@pytest.mark.parametrize(("compression", "compress"), COMPRESSIONS)
@pytest.mark.parametrize("size", [MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE])
def test_what_was_small_is_not_decompressed_at_once(
    compression: str, compress: Callable[[bytes], bytes], size: int
) -> None:
    pieces = list(decompressed([compress(bytes(size))], compression))
    assert b"".join(pieces) == bytes(size)
    assert max(map(len, pieces)) <= MEBIBYTE


@pytest.mark.parametrize(("compression", "compress"), COMPRESSIONS)
@pytest.mark.parametrize("cut", [0, 1, 2, 5, -1])
def test_a_compressed_object_that_is_cut_off_is_refused(
    compression: str, compress: Callable[[bytes], bytes], cut: int
) -> None:
    stored = compress(random.Random(1).randbytes(5000))[:cut]
    with pytest.raises(S3Error, match=re.compile("InvalidCompressionFormat|TruncatedInput")) as caught:
        list(decompressed(iter([stored]), compression))
    assert (caught.value.code == "TruncatedInput") == (cut in (-1, 5) or (cut == 2 and compression == "GZIP"))
