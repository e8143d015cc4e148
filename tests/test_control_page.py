"""The web page of a server, in a headless Chromium."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from importlib import resources
from typing import Any
from urllib.parse import quote

import pytest

from s3mock.server import S3MockServer
from tests.support import chromium
from tests.support.chromium import Page
from tests.test_control_api import HOSTILE, send

PATH = "/_s3mock/"
READY = 'document.documentElement.dataset.ready === "yes"'


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page of a browser, which the tests of this module share."""
    command = chromium.find()
    if command is None:
        pytest.skip("there is no Chromium or Chrome: `make browser` installs one where apt can, CHROMIUM may name one")
    with chromium.browser(command, tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def s3(server: S3MockServer) -> Any:
    s3 = server.s3.client(region_name="us-east-1")
    s3.create_bucket(Bucket="photos")
    return s3


def show(browser: Page, server: S3MockServer, *names: str) -> None:
    """Open the page, with a bucket or an object chosen."""
    browser.open(f"{server.endpoint_url}{PATH}#{'/'.join(quote(name, safe='') for name in names)}")
    browser.wait_for(READY)


def texts(browser: Page, selector: str) -> list[str]:
    """The texts of the elements that a selector finds."""
    found: list[str] = browser.evaluate(f"[...document.querySelectorAll({selector!r})].map((each) => each.textContent)")
    return found


def test_the_page_shows_the_tree_an_object_and_the_last_requests(browser: Page, server: S3MockServer, s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"a", b"bytes" * 1000):
        s3.put_object(
            Bucket="photos", Key="2026/cat.jpg", Body=body, Metadata={"camera": "Pixel"}, Tagging="album=cats"
        )
    s3.delete_object(Bucket="photos", Key="old")
    s3.create_multipart_upload(Bucket="photos", Key="video")
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket="photos", Key="missing")
    server.s3.clock.advance(days=2, hours=3)
    show(browser, server, "photos", "2026/cat.jpg")
    assert texts(browser, "#tree .name") == ["photos", "2026/", "cat.jpg", "old", "video"]
    assert texts(browser, "#tree .note") == ["2 keys", "", "2 versions", "deleted", "1 upload"]
    details = "\n".join(texts(browser, "#details dt, #details dd"))
    assert "Size\n4.88 KiB (5,000 bytes)" in details
    assert "camera\nPixel" in details
    assert "album\ncats" in details
    assert texts(browser, "#details h3") == ["2026/cat.jpg"]
    assert len(texts(browser, "#details tr[aria-current] button")) == 2
    first, *_, last = browser.evaluate("[...document.querySelectorAll('#rows tr')].map((row) => row.innerText)")
    assert re.search(r"GetObject\s+photos/missing\s+404 NoSuchKey\s+boto3", first)
    assert "CreateBucket" in last
    assert texts(browser, "#offset") == ["+2\u00a0d 3\u00a0h"]
    assert browser.errors == []


def test_a_version_is_chosen_by_its_button(browser: Page, server: S3MockServer, s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="photos", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="photos", Key="a", Metadata={"state": "older"})
    s3.put_object(Bucket="photos", Key="a", Metadata={"state": "newer"})
    show(browser, server, "photos", "a")
    assert "newer" in texts(browser, "#details dd")
    browser.evaluate("document.querySelectorAll('#details tr button')[1].click()")
    browser.wait_for("[...document.querySelectorAll('#details dd')].some((each) => each.textContent === 'older')")
    assert "not the latest" in texts(browser, "#details .pill")


AS_SHOWN = {"a\u202eb": "aU+202Eb", "a\nb": "a\\nb", " ": "\u2423"}


@pytest.mark.parametrize("key", HOSTILE)
def test_nothing_in_a_key_or_its_metadata_is_more_than_text(
    browser: Page, server: S3MockServer, s3: Any, key: str
) -> None:
    markup = "<img src=x onerror=alert(1)>"
    tags = f"{quote('a+b')}={quote('a=b')}"
    s3.put_object(
        Bucket="photos", Key=key, Metadata={"m": markup}, ContentType=markup, CacheControl=markup, Tagging=tags
    )
    show(browser, server, "photos", key)
    shown = AS_SHOWN.get(key, key)
    assert texts(browser, "#details h3") == [shown]
    assert "".join(texts(browser, "#tree .object .name, #tree .folder .name")) in (shown, f"{shown}./")
    assert texts(browser, "#details dd").count(markup) == 3
    assert f"photos/{shown}" in texts(browser, "#rows td.wide")
    assert browser.evaluate("document.querySelectorAll('script, img, iframe, object').length") == 1
    assert browser.errors == []


def test_the_tree_is_used_by_the_keyboard(browser: Page, server: S3MockServer, s3: Any) -> None:
    for key in ("2026/11/cat.jpg", "2026/12/dog.jpg", "readme"):
        s3.put_object(Bucket="photos", Key=key)
    show(browser, server)

    def focused() -> str:
        browser.wait_for("document.activeElement.role === 'treeitem'")
        name: str = browser.evaluate("document.activeElement.querySelector('.name').textContent")
        return name

    def step(key: str, name: str) -> None:
        browser.press(key)
        browser.wait_for(f"document.activeElement.querySelector('.name')?.textContent === {name!r}")

    browser.press("Tab")
    assert focused() == "photos"
    browser.press("ArrowRight")
    browser.wait_for("document.querySelectorAll('#tree li').length === 3")
    step("ArrowRight", "2026/")
    browser.press("ArrowRight")
    browser.wait_for("document.querySelectorAll('#tree li').length === 5")
    step("ArrowDown", "11/")
    browser.press("Enter")
    browser.wait_for("document.querySelectorAll('#tree li').length === 6")
    step("ArrowRight", "cat.jpg")
    browser.press("Enter")
    browser.wait_for("document.querySelector('#details h3')?.textContent === '2026/11/cat.jpg'")
    assert browser.evaluate("location.hash") == "#photos/2026%2F11%2Fcat.jpg"
    assert focused() == "cat.jpg"
    step("ArrowLeft", "11/")
    browser.press("ArrowLeft")
    browser.wait_for("document.querySelectorAll('#tree li').length === 5")
    step("ArrowLeft", "2026/")
    step("Home", "photos")
    step("ArrowDown", "2026/")
    assert texts(browser, "#tree li[tabindex='0'] .name") == ["2026/"]
    assert browser.evaluate("document.activeElement.getAttribute('aria-level')") == "2"
    assert browser.errors == []


def test_a_large_bucket_is_shown_in_pages(browser: Page, server: S3MockServer, s3: Any) -> None:
    for number in range(205):
        s3.put_object(Bucket="photos", Key=f"{number:03}")
    show(browser, server, "photos")
    assert texts(browser, "#tree .name")[-2:] == ["199", "More\u2026"]
    browser.evaluate("document.querySelector('#tree .more').click()")
    browser.wait_for("document.querySelectorAll('#tree li').length === 206")
    assert texts(browser, "#tree .name")[-1] == "204"
    assert browser.evaluate("document.activeElement.querySelector('.name').textContent") == "200"


def test_the_page_follows_what_happens(browser: Page, server: S3MockServer, s3: Any) -> None:
    show(browser, server, "photos")
    s3.put_object(Bucket="photos", Key="new")
    browser.wait_for("document.querySelectorAll('#tree li').length === 2")
    s3.delete_object(Bucket="photos", Key="new")
    s3.delete_bucket(Bucket="photos")
    browser.wait_for("document.querySelectorAll('#tree li').length === 0")
    assert "It has been deleted." in texts(browser, "#details p")
    server.stop()
    browser.wait_for("document.getElementById('live').textContent === 'the server does not answer'")


def test_an_empty_server_says_how_to_begin(browser: Page, server: S3MockServer) -> None:
    show(browser, server)
    assert f"AWS_ENDPOINT_URL_S3={server.endpoint_url}\n" in texts(browser, "#details pre")[0]
    assert texts(browser, "#none") == ["None yet."]


def test_the_page_says_why_there_are_no_requests(browser: Page) -> None:
    with S3MockServer(journal=0, buckets="photos") as server:
        show(browser, server)
        assert "S3MOCK_JOURNAL" in texts(browser, "#none")[0]
        assert texts(browser, "#tree .name") == ["photos"]


def test_the_page_is_dark_where_the_system_is(browser: Page, server: S3MockServer) -> None:
    colours = {}
    for scheme in ("light", "dark"):
        browser.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        show(browser, server)
        colours[scheme] = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colours == {"light": "rgb(246, 247, 249)", "dark": "rgb(16, 21, 27)"}


def test_the_page_runs_its_own_script_alone_and_asks_no_other_server(
    browser: Page, server: S3MockServer, s3: Any
) -> None:
    html = resources.files("s3mock.control_api").joinpath("page.html").read_bytes()
    answer = send(server, "GET", PATH)
    assert answer.body == html
    assert b"http" not in html.replace(b"http://www.w3.org/2000/svg", b"")
    policy = answer.headers["content-security-policy"].split("; ")
    (script,) = re.findall(rb"<script>(.*?)</script>", html, re.DOTALL)
    assert f"script-src 'sha256-{b64encode(sha256(script).digest()).decode()}'" in policy
    assert {"default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'"} < {*policy}
    show(browser, server, "photos")
    origins = browser.evaluate(
        "[...new Set(performance.getEntriesByType('resource').map((each) => new URL(each.name).origin))]"
    )
    assert origins == [server.endpoint_url]
    assert not browser.evaluate(
        "(() => { const added = document.createElement('script'); added.append('window.ran = true');"
        " try { document.head.append(added); } catch {} return window.ran; })()"
    )


def test_the_path_without_its_slash_leads_to_the_page(server: S3MockServer) -> None:
    answer = send(server, "GET", "/_s3mock")
    assert (answer.status, answer.headers["location"]) == (308, "_s3mock/")
