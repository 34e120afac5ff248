"""What the README and the guides show is run: the Python as it stands, the commands as far as their options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
HEAD = re.compile(r"textmill(?: [a-z]+)*")


def blocks(page: Path, *languages: str) -> Iterator[tuple[int, str]]:
    """The fenced blocks in one of some languages, with the line on which each begins."""
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        if match[1] in languages:
            yield text.count("\n", 0, match.start(2)), match[2]


def commands(page: Path) -> list[str]:
    """The lines that call `textmill`, continued lines joined, up to a pipe or a redirection."""
    shells = (block.replace("\\\n", " ") for _, block in blocks(page, "", "sh", "bash", "shell", "console"))
    lines = (line.strip().removeprefix("$ ") for block in shells for line in block.splitlines())
    return [re.split(r" [|>&]", line)[0] for line in lines if line.startswith("textmill ")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_blocks_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEXTMILL_CACHE", str(tmp_path / "cache"))
    namespace: dict[str, object] = {"__name__": "__main__"}
    for line, block in blocks(page, "python"):
        code = compile(
            "\n" * line + block, str(page), "exec", dont_inherit=True
        )  # so that a traceback shows the page's own lines
        exec(code, namespace)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist_and_know_their_options(page):
    from typer.main import get_command

    from pipelines.command.app import app

    for line in commands(page):
        command = get_command(app)
        words = shlex.split(line, comments=True)[1:]
        while words and hasattr(command, "commands"):
            if words[0].startswith("-"):
                break
            assert words[0] in command.commands, line
            command = command.commands[words.pop(0)]
        known = {"--help", *(option for parameter in command.params for option in parameter.opts)}
        for word in words:
            if re.match(r"--?[a-z]", word):
                assert word.partition("=")[0] in known, line


def test_the_readme_is_found_by_these_tests(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("a\n```python\nx = 1\n```\n```sh\n$ textmill prep a \\\n  -o b | head\nls\n```\n")
    assert list(blocks(page, "python")) == [(2, "x = 1\n")]
    assert [line.split() for line in commands(page)] == [["textmill", "prep", "a", "-o", "b"]]
