from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpus() -> list[str]:
    """Paragraphs of English: this project's own guides."""
    docs = Path(__file__).parents[3] / "docs"
    return [text for file in sorted(docs.glob("*.md")) for text in file.read_text(encoding="utf-8").split("\n\n")]
