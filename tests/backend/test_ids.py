"""The identifiers that S3 generates."""

from __future__ import annotations

import os
import random
import re
import string

import pytest

from s3mock.backend import ids

MANY = 2_000


def made(count: int = MANY) -> dict[str, list[str]]:
    return {
        "version": [ids.version_id() for _ in range(count)],
        "upload": [ids.upload_id("key") for _ in range(count)],
        "request": [ids.request_id() for _ in range(count)],
        "host": [ids.host_id() for _ in range(count)],
    }


def test_ids_look_like_those_of_s3() -> None:
    looks = {
        "version": r"[A-Za-z0-9._]{32}",
        "upload": r"[A-Za-z0-9._]{128}",
        "request": r"[A-Z0-9]{16}",
        "host": r"[A-Za-z0-9+/]{75}=",
    }
    for kind, all_of_them in made().items():
        assert all(re.fullmatch(looks[kind], text) for text in all_of_them), kind


def test_generated_ids_are_unique() -> None:
    for all_of_them in made().values():
        assert len(set(all_of_them)) == MANY


def test_generated_version_ids_are_recognized() -> None:
    assert all(ids.is_version_id(ids.version_id()) for _ in range(MANY))


@pytest.mark.parametrize(
    "text",
    [
        "HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD",  # aws_recorded test_delete_object
        "null",
        "",
        "a" * 32,
        "=" * 32,
        "é" * 32,
        "\ud800" * 32,
        "some-version-id",
    ],
)
def test_other_text_is_not_a_version_id(text: str) -> None:
    assert not ids.is_version_id(text)
    assert ids.version_order(text) == 0


def test_a_version_id_with_one_changed_character_is_invalid() -> None:
    version_id = ids.version_id()
    alphabet = string.ascii_letters + string.digits + "._"
    for at in range(32):
        for other in (*alphabet, "+", "/", "-", "=", "!", "\n"):
            if other != version_id[at]:
                assert not ids.is_version_id(version_id[:at] + other + version_id[at + 1 :])
    assert not ids.is_version_id(version_id[:-1])
    assert not ids.is_version_id(version_id + "A")


def test_ids_are_ordered_by_creation() -> None:
    versions = [ids.version_id() for _ in range(100)]
    assert sorted(random.sample(versions, 100), key=ids.version_order) == versions
    assert 0 < ids.version_order(versions[0]) < ids.version_order(versions[-1])
    uploads = [ids.upload_id("ключ") for _ in range(100)]
    assert sorted(random.sample(uploads, 100), key=lambda text: ids.upload_order(text, "ключ")) == uploads
    assert ids.upload_order(uploads[0], "ключ") > 0


def test_an_upload_id_belongs_to_one_key() -> None:
    upload_id = ids.upload_id("key")
    assert ids.upload_order(upload_id, "another key") == 0
    assert ids.upload_order(upload_id[:-1] + ("A" if upload_id[-1] != "A" else "B"), "key") == 0
    assert ids.upload_order("unknown", "key") == 0


def test_successive_version_ids_do_not_look_alike() -> None:
    first, second = ids.version_id(), ids.version_id()
    assert sum(a == b for a, b in zip(first, second, strict=True)) < 12


def test_ids_do_not_depend_on_or_disturb_the_users_random_numbers() -> None:
    random.seed(7)
    expected = [random.random() for _ in range(3)]
    drawn: list[float] = []
    seen = set()
    for _ in range(2):
        random.seed(7)
        drawn = []
        for _ in range(3):
            seen |= {ids.version_id(), ids.upload_id("key"), ids.request_id(), ids.host_id()}
            drawn.append(random.random())
        assert drawn == expected
    assert len(seen) == 24


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_generates_different_ids() -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - in the child
        os.write(writer, " ".join(text for texts in made(5).values() for text in texts).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answers:
        theirs = set(answers.read().decode().split(" "))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(theirs) == 20
    assert not theirs & {text for texts in made(5).values() for text in texts}
