"""botocore's model, and our quirks, which must fit it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from s3mock.errors import CATALOGUE
from s3mock.http import Request, Target
from s3mock.wire import codec, model, quirks
from tests.support import service_model
from tests.support.installed_model import lacks
from tests.support.operations import IMPLEMENTED

if TYPE_CHECKING:
    from botocore.model import ListShape, StructureShape
    from botocore.model import Shape as BotocoreShape

    from s3mock.wire.model import Shape


def shapes() -> dict[str, Shape]:
    """Every shape that an operation reaches, by its name."""
    reached: dict[str, Shape] = {}

    def walk(shape: Shape) -> None:
        if shape.name in reached:
            return
        reached[shape.name] = shape
        if shape.type_name == "structure":
            for member in shape.members.values():
                walk(member)
        elif shape.type_name == "list":
            walk(shape.member)

    for name in IMPLEMENTED:
        for shape in (model.input_shape(name), model.output_shape(name)):
            if shape is not None:
                walk(shape)
    return reached


def test_a_binding_has_the_parts_of_the_operations_uri() -> None:
    assert model.http("SelectObjectContent") == ("POST", "/{Bucket}/{Key+}", {"select": "", "select-type": "2"}, 200)
    assert model.http("DeleteBucket") == ("DELETE", "/{Bucket}", {}, 204)
    (upload_id,) = (binding for binding in model.inputs("ListParts") if binding.member == "UploadId")
    assert (upload_id.location, upload_id.name, upload_id.required) == ("querystring", "uploadId", True)


@pytest.mark.parametrize("name", model.operation_names())
def test_every_shape_is_that_of_botocore(name: str) -> None:
    def compare(ours: Shape | None, theirs: BotocoreShape | None) -> None:
        if ours is None or theirs is None:
            assert (ours, theirs) == (None, None)
            return
        assert (ours.name, ours.type_name) == (theirs.name, theirs.type_name)
        traits = {"name" if trait == "locationName" else trait: value for trait, value in ours.traits.items()}
        assert {trait: traits[trait] for trait in traits.keys() & {"name", *theirs.SERIALIZED_ATTRS}} == (
            theirs.serialization
        )
        assert list(ours.required) == theirs.metadata.get("required", [])
        assert list(ours.enum) == theirs.metadata.get("enum", [])
        if ours.type_name == "structure":
            members = cast("StructureShape", theirs).members
            assert list(ours.members) == list(members)
            for member, shape in ours.members.items():
                compare(shape, members[member])
        elif ours.type_name == "list":
            compare(ours.member, cast("ListShape", theirs).member)

    operation = service_model.operation(name)
    compare(model.input_shape(name), operation.input_shape)
    compare(model.output_shape(name), operation.output_shape)
    assert model.is_deprecated(name) == operation.deprecated
    assert model.streams_in(name) == operation.has_streaming_input


def test_the_codec_of_every_operation_is_made_once() -> None:
    for name in IMPLEMENTED:
        assert codec.of(name) is codec.of(name)


@pytest.mark.parametrize(
    "table",
    [
        "SUCCESSORS",
        "ROOTS",
        "MIXED",
        "UNWRAPPED",
        "STATUSES",
        "CONTENT_TYPES",
        "OTHER_ROOTS",
        "MALFORMED",
        "EMPTY_BODIES",
    ],
)
def test_the_operations_named_in_quirks_exist(table: str) -> None:
    assert set(getattr(quirks, table)) <= set(model.operation_names())


@pytest.mark.parametrize("table", ["ORDER", "ALSO_REQUIRED", "NOT_REQUIRED"])
def test_the_members_named_in_quirks_exist(table: str) -> None:
    for name, members in getattr(quirks, table).items():
        assert set(members) <= set(shapes()[name].members)


def test_the_enums_named_in_quirks_exist() -> None:
    assert set(shapes()) >= quirks.OPEN_ENUMS


def test_no_quirk_repeats_the_model() -> None:
    for name, status in quirks.STATUSES.items():
        assert model.http(name).status != status
    for name, root in quirks.ROOTS.items():
        shape = model.output_shape(name)
        assert shape is not None
        assert shape.name != root


def test_the_codecs_errors_are_in_the_catalogue() -> None:
    codes = {*quirks.MALFORMED.values(), *quirks.EMPTY_BODIES.values(), *(code for code, _ in quirks.MISSING.values())}
    assert codes | {"InvalidArgument", "MalformedXML", "MissingRequestBodyError"} <= set(CATALOGUE)


def test_importing_s3mock_does_not_load_the_model() -> None:
    code = "import sys, s3mock; from s3mock.wire import codec, model; sys.exit(model.service.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_target_without_a_key_still_has_parameters() -> None:
    request = Request("GET", "https", "bucket.s3.amazonaws.com", "/", "", {})
    assert codec.of("ListBuckets").parse(request, Target(), {}) == {}
    assert codec.of("HeadBucket").parse(request, Target(bucket="bucket"), {}) == {"Bucket": "bucket"}


def test_the_newest_model_has_what_tests_need_of_it() -> None:
    # Otherwise the test would never run.
    files = (file for file in Path(__file__).parents[1].rglob("test_*.py") if file != Path(__file__))
    marks = [mark for file in files for mark in re.findall(r"mark\.model\(([^)]*)\)", file.read_text("utf-8"))]
    elements = {element for mark in marks for element in re.findall(r'"([^"]+)"', mark)}
    assert elements
    assert list(filter(lacks, elements)) == []
