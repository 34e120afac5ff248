"""A page of figures and tables as one HTML file: no scripts, nothing loaded from elsewhere, all texts escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from seqmodels.inspect.svg import svg

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STYLE = """
body { font: 16px/1.5 sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
figure { margin: 1rem 0; overflow-x: auto }
figcaption { max-width: 45rem; color: #555 }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { text-align: left; padding: 0.2rem 0.8rem; border-bottom: 1px solid #ddd }
blockquote { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; padding-left: 1rem }
"""
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class Picture:
    """A figure with a sentence on how to read it."""

    figure: Figure
    says: str

    def html(self) -> str:
        """The figure as inline SVG over its sentence."""
        return f"<figure>\n{svg(self.figure, self.says)}<figcaption>{escape(self.says)}</figcaption>\n</figure>"


@dataclass(frozen=True)
class Table:
    """Rows of texts under a head."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def html(self) -> str:
        """The table."""
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in self.head)
        rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in self.rows)
        return f"<table>\n<tr>{head}</tr>\n" + "".join(f"<tr>{row}</tr>\n" for row in rows) + "</table>"


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes:
        heading: What it is about.
        says: Sentences in front of what it shows.
        shows: Figures and tables.
    """

    heading: str
    says: str = ""
    shows: Sequence[Picture | Table] = field(default_factory=list)

    def html(self) -> str:
        """The section."""
        said = f"<p>{escape(self.says)}</p>\n" if self.says else ""
        shown = "\n".join(each.html() for each in self.shows)
        return f"<section>\n<h2>{escape(self.heading)}</h2>\n{said}{shown}\n</section>"


@dataclass(frozen=True)
class Page:
    """What is shown of one text.

    Attributes:
        title: What has looked at it.
        text: The text.
        sections: What it made of it.
    """

    title: str
    text: str
    sections: Sequence[Section]

    def html(self) -> str:
        """The whole file."""
        title, body = escape(self.title), "\n".join(section.html() for section in self.sections)
        return (
            f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
            f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
            f"<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
            f"<blockquote>{escape(self.text)}</blockquote>\n{body}\n</body>\n</html>\n"
        )
