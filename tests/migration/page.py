"""The Python code of docs/MIGRATION.md, by the number of its step or the heading of its section."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "MIGRATION.md"
SERVICE = ROOT / "crates" / "service" / "README.md"
MODULE = ROOT / "tests" / "interop" / "python_module.py"


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def snippets(language: str) -> dict[str, list[str]]:
    """The blocks of each heading, such as "1", or "djangorestframework-simplejwt"."""
    found = {}
    for section in re.split(r"^#{2,3} ", PAGE.read_text(), flags=re.M)[1:]:
        heading, _, text = section.partition("\n")
        name = heading.split(". ")[0]
        if shown := blocks(text, language):
            found[name] = shown
    return found
