"""The documentation is true: its snippets run, its links are valid, what it names exists, and it is up to date."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import metadata
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from docs import claims
from s3mock import mock_s3

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "s3mock").rglob("*.py"))
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCKS = {
    page: re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL) for page in PAGES
}
ELSEWHERE = {"aiobotocore.md", "s3fs.md"}
"""Pages of clients that pin an older botocore: tests/clients runs their snippets."""
SNIPPETS = [
    pytest.param(snippet, page.name == "adding-an-operation.md", id=f"{page.stem}-{number}")
    for page, snippets in BLOCKS.items()
    if page.name not in ELSEWHERE
    for number, snippet in enumerate(snippets, 1)
]
MARKS = {"Differs": re.compile(r"\bDiffers:"), "assumed": re.compile(r"\bassumed\b(?!-)")}  # not "assumed-role"
DEFAULTS = [
    *(("bucket_defaults", ("classic", "current"), row) for row in claims.BUCKET_DEFAULTS),
    *(("allow_crossaccount_access", (True, False), row) for row in claims.CROSS_ACCOUNT),
]
PUBLIC = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}
KEY = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}


def test_the_page_on_pypi_has_no_links_that_lead_nowhere() -> None:
    page = str(metadata("s3mock").json["description"])  # as of the installation
    assert page.startswith("# s3mock")
    assert "(`docs/performance.md`)" in page
    assert re.findall(r"\]\((?!https?://).*?\)", page) == []


@pytest.mark.parametrize(("snippet", "has_our_fixtures"), SNIPPETS)
def test_the_snippets_on_a_page_run(snippet: str, *, has_our_fixtures: bool, tmp_path: Path) -> None:
    file = tmp_path / "test_snippet.py"
    file.write_text(snippet, encoding="utf-8")
    is_test = "def test_" in snippet
    runner = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"] if is_test else ["-W", "error"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    if has_our_fixtures:
        runner += ["-p", "tests.conftest"]
        environment["PYTHONPATH"] = str(ROOT)
    run = subprocess.run(
        [sys.executable, *runner, file],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environment | {"AWS_DEFAULT_REGION": "us-east-1"},
    )
    assert run.returncode == 0, run.stdout + run.stderr
    if is_test:
        assert "1 passed" in run.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_python_block_is_a_snippet(page: Path) -> None:
    assert len(BLOCKS[page]) == page.read_text("utf-8").count("```python\n")


def test_the_operation_that_a_page_adds_is_the_real_one() -> None:
    page = (ROOT / "docs/adding-an-operation.md").read_text("utf-8")
    code = "".join((ROOT / file).read_text("utf-8") for file in ("s3mock/responses/accelerate.py", "docs/claims.py"))
    blocks = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 3
    assert [block for block in blocks if block not in code] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_on_a_page_are_valid(page: Path) -> None:
    missing = []
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        path, _, heading = link.partition("#")
        if "://" in link:
            continue
        target = page.parent / path if path else page
        if not target.exists() or (heading and heading not in headings(target)):
            missing.append(link)
    assert not missing


@pytest.mark.parametrize("folder", ["docs", "docs/decisions", "docs/clients"])
def test_every_page_is_in_the_index_of_its_folder(folder: str) -> None:
    index = ROOT / ("docs/clients.md" if folder == "docs/clients" else f"{folder}/README.md")
    linked = {(index.parent / link).resolve() for link in re.findall(r"\]\(([^)#\s]+)", index.read_text("utf-8"))}
    assert {page for page in (ROOT / folder).glob("*.md") if page != index} <= linked


def headings(page: Path) -> set[str]:
    """The headings of a page, as links have them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tests_and_files_named_on_a_page_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    assert not [name for name in re.findall(r"`(test_\w+)`", text) if f"def {name}(" not in tests]
    files = re.findall(r"`(\w+(?:/\w+)+\.py)`", text)
    assert not [file for file in files if not ((ROOT / file).exists() or (ROOT / "s3mock" / file).exists())]


@pytest.mark.parametrize(("setting", "values", "row"), DEFAULTS, ids=lambda each: getattr(each, "call", ""))
def test_misleading_defaults_behave_as_the_page_shows(
    setting: str, values: Sequence[object], row: claims.Default
) -> None:
    for value, outcome in zip(values, (row.by_default, row.strict), strict=True):
        keywords = {setting: value}
        with mock_s3(**keywords) as s3:  # type: ignore[call-overload]
            client = s3.client(region_name="us-east-1")
            client.create_bucket(Bucket="photos")
            client.put_object(Bucket="photos", Key="cat.jpg")
            if row.account:
                client = s3.client(aws_access_key_id=row.account, aws_secret_access_key="x", region_name="us-east-1")
            policy = json.dumps({"Version": "2012-10-17", "Statement": [PUBLIC]})
            code = ""
            try:
                eval(f"client.{row.call}", {"client": client, "PUBLIC": policy, "KEY": KEY})
            except ClientError as error:
                code = error.response["Error"]["Code"]
            assert code == outcome, f"docs/claims.py: {row.call} with {keywords}"


@pytest.mark.parametrize("mark", MARKS)
def test_every_mark_in_the_code_has_its_row_in_docs_claims(mark: str) -> None:
    rows: Sequence[claims.Difference | claims.Assumption] = (
        claims.DIFFERENCES if mark == "Differs" else [row for topic in claims.ASSUMPTIONS.values() for row in topic]
    )
    marked = Counter(place for module in MODULES for place in places(module, MARKS[mark]))
    named = Counter(place for row in rows for place in row.places.split())
    wrong = [f'{place}: "{mark}" without a row, in a file of s3mock/' for place in marked - named]
    wrong += [
        f'{place}: no such mark "{mark}", or one too few, for the row "{row.text}"'
        for place in named - marked
        for row in rows
        if place in row.places.split()
    ]
    assert not wrong, "docs/claims.py does not fit the code:\n" + "\n".join(wrong)


def places(path: Path, mark: re.Pattern[str]) -> Iterator[str]:
    """The place of each mark in a module: ``module:name`` of what the mark is in, otherwise ``module``."""
    text = path.read_text("utf-8")
    module = ".".join(path.relative_to(ROOT / "s3mock").with_suffix("").parts).removesuffix(".__init__")
    lines = text.splitlines()
    names: dict[int, str] = {}  # by line
    name = ""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            name = next(each.id for each in ast.walk(target) if isinstance(each, ast.Name))
        elif not (isinstance(node, ast.Expr) and name):  # a docstring below a constant is the constant's
            continue
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        while lines[first - 2].startswith("#"):
            first -= 1
        names.update(dict.fromkeys(range(first, (node.end_lineno or first) + 1), name))
    for number, line in enumerate(lines, 1):
        for _ in mark.finditer(line):
            yield f"{module}:{names[number]}" if number in names else module


def test_the_generated_pages_are_up_to_date() -> None:
    check = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr
