"""A headless Chromium, driven by its own protocol over a pipe: no driver, no port.

https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PATIENCE_SECONDS = 60

COMMANDS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome-headless-shell")

# The browser reads commands from descriptor 3 and answers on 4. A second Python puts them there, since a fork of this
# process with code to run in the child is not safe with threads.
_LAUNCH = """
import fcntl, os, sys
high = [fcntl.fcntl(int(each), fcntl.F_DUPFD, 10) for each in sys.argv[1:3]]
for place, each in enumerate(high, 3):
    os.dup2(each, place)
os.execvp(sys.argv[3], sys.argv[3:])
"""


def find() -> str | None:
    """The browser's command: that in the variable CHROMIUM, or the first of the usual ones; None without any."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, COMMANDS)), None)


class Page:
    """A page of the browser. ``errors`` are the messages of its console and its uncaught exceptions."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands, self._answers = commands, answers
        self._received = b""
        self._number = 0
        self._session: str | None = None
        self.errors: list[str] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> Any:
        """The result of a command. Raises RuntimeError for an error, and if the browser has ended or hangs."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _receive(self) -> Any:
        while b"\0" not in self._received:
            ready, _, _ = select.select([self._answers], [], [], _PATIENCE_SECONDS)
            piece = os.read(self._answers, 1 << 16) if ready else b""
            if not piece:
                raise RuntimeError("the browser has ended" if ready else "the browser does not answer")
            self._received += piece
        first, _, self._received = self._received.partition(b"\0")
        message = json.loads(first)
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(message["params"]["exceptionDetails"]))
        elif message.get("method") == "Log.entryAdded":
            self.errors.append(message["params"]["entry"]["text"])
        return message

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, awaited if it is a promise."""
        result = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"]))
        return result["result"].get("value")

    def wait_for(self, expression: str) -> None:
        """Return once a JavaScript expression is true. Raises RuntimeError if it is not within half a minute."""
        waiting = f"""new Promise((done, failed) => {{
            const end = Date.now() + 30000;
            const holds = () => {{ try {{ return {expression}; }} catch {{ return false; }} }};
            const look = () => (holds() ? done(true)
                : Date.now() > end ? failed(new Error("it did not become true")) : setTimeout(look, 10));
            look();
        }})"""
        self.evaluate(waiting)

    def open(self, url: str) -> None:
        """Go to a URL, from a blank page: another fragment alone would not load it again. Forget the errors so far."""
        self.send("Page.navigate", url="about:blank")
        self.errors.clear()
        self.send("Page.navigate", url=url)

    def close(self) -> None:
        """Close the pipe from the browser."""
        os.close(self._answers)

    def press(self, *keys: str) -> None:
        """Press and release keys, such as ArrowDown."""
        codes = {"Enter": 13, "Tab": 9, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Home": 36}
        for key in keys:
            for kind in ("rawKeyDown", "keyUp"):
                self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key])


@contextmanager
def browser(command: str, profile: Path) -> Iterator[Page]:
    """A page of a new browser, whose profile is in the folder ``profile``."""
    commands, to_browser = os.pipe()
    from_browser, answers = os.pipe()
    flags = ["--headless", "--remote-debugging-pipe", f"--user-data-dir={profile}", "--no-first-run", "--disable-gpu"]
    flags += ["--disable-dev-shm-usage", "--no-sandbox"]  # it opens our own page only, and root has no sandbox
    arguments = [sys.executable, "-c", _LAUNCH, str(commands), str(answers), command, *flags]
    process = subprocess.Popen(
        arguments,
        pass_fds=(commands, answers),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(commands)
    os.close(answers)
    page = None
    try:
        page = Page(to_browser, from_browser)
        yield page
    finally:
        os.close(to_browser)  # it ends with its pipe
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if page is not None:
            page.close()
