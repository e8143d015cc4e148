"""User metadata beyond ASCII, which S3 stores and returns as Java's mail library has it (RFC 2047).

The rules are those of JavaMail's ``MimeUtility.encodeText`` and ``decodeText`` (s3_facts 24). Seen of S3: UTF-8 in a
header counts as Latin-1 (https://github.com/minio/minio/pull/21282), a long value becomes several words of halved text
(https://github.com/aws-amplify/aws-sdk-ios/issues/241), and a bad byte in an encoded word becomes U+FFFD (aws_recorded
test_user_metadata_rfc2047_bad_b64_encoded).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator

_LONGEST = 68 - len("UTF-8")
"""The longest encoded text in a word: with its charset and marks, a word has at most 75 characters."""

_WORD = re.compile(r"=\?([^?]*)\?([^?]*)\?(.*?)\?=(.*)", re.DOTALL)
_OCTET = re.compile(r"=([0-9A-Fa-f]{2})")
_BLANKS = re.compile(r"([ \t\r\n]+)")
_SAFE_IN_Q = frozenset(map(chr, range(0x20, 0x7F))) - frozenset("=_?")
_ASCII = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("\t\r\n")


def decode(text: str) -> str:
    """``text`` with its encoded words decoded, and without the blanks between two of them.

    A word that cannot be decoded stays as it is.
    """
    if "=?" not in text:
        return text
    decoded, blanks, after_word = "", "", False
    for part in _BLANKS.split(text):
        if not part or part[0] in " \t\r\n":
            blanks = part
            continue
        word = _decode_word(part)
        if not (after_word and word is not None):
            decoded += blanks
        decoded += part if word is None else word
        blanks, after_word = "", word is not None
    return decoded + blanks


def encode(text: str) -> str:
    """``text`` in ASCII: unchanged if it is printable ASCII, otherwise as encoded words.

    Their encoding is Q where the majority of the characters is ASCII, otherwise B.
    """
    other = [character for character in text if character not in _ASCII]
    if not other:
        return text
    units = _units(text)
    encoding = "Q" if units > 2 * _units("".join(other)) else "B"
    return " ".join(f"=?UTF-8?{encoding}?{word}?=" for word in _encode(text, encoding))


def _decode_word(word: str) -> str | None:
    """The text of an encoded word, and what follows it without a blank; None if it is not one, or cannot be decoded."""
    match = _WORD.match(word)
    if match is None:
        return None
    charset, encoding, content, rest = match.groups()
    try:
        if encoding.upper() == "B":
            octets = b64decode(content)
        elif encoding.upper() == "Q":
            octets = _OCTET.sub(lambda octet: chr(int(octet[1], 16)), content.replace("_", " ")).encode("latin-1")
        else:
            return None
        decoded = octets.decode(charset.partition("*")[0], "replace")
        decoded.encode()  # refuses half of a surrogate pair, which UTF-7 may hold and UTF-8 does not
        return decoded + rest
    except (ValueError, LookupError):
        return None


def _encode(text: str, encoding: str) -> Iterator[str]:
    """The contents of the encoded words: text that is too long is halved, but not within a character."""
    octets = text.encode()
    if encoding == "B":
        encoded = b64encode(octets).decode()
    else:
        encoded = "".join("_" if (c := chr(o)) == " " else c if c in _SAFE_IN_Q else f"={o:02X}" for o in octets)
    if len(encoded) <= _LONGEST or len(text) == 1:
        yield encoded
        return
    half, size, split = _units(text) // 2, 0, 0
    while split < len(text) and size + _units(text[split]) <= half:
        size += _units(text[split])
        split += 1
    yield from (*_encode(text[:split], encoding), *_encode(text[split:], encoding))


def _units(text: str) -> int:
    """The length in Java: characters beyond the Basic Multilingual Plane count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
