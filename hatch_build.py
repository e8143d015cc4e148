"""The project's page on PyPI, made when a distribution is built: the README without links that lead nowhere there."""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_RELATIVE = r"\[([^]]*)\]\((?!https?://)([^)#]*)(?:#[^)]*)?\)"
_WHERE = "\nThe files that this text names are in the source distribution.\n"


def page(readme: str) -> str:
    """The README with the files' names in the place of links to them, and without its pictures."""
    return re.sub(_RELATIVE, r"\1 (`\2`)", re.sub(f"!{_RELATIVE}\n*", "", readme)) + _WHERE


class PageHook(MetadataHookInterface):
    """Gives the page to hatchling, which finds this class by its base."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the page to the metadata."""
        readme = (Path(self.root) / "README.md").read_text("utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": page(readme)}
