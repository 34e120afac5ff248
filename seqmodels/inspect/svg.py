"""A figure as text: SVG to be set into a page, without scripts, links or fonts of its own."""

from __future__ import annotations

import io
import warnings
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def svg(figure: Figure, description: str = "") -> str:
    """The `<svg>` element of a figure: the same figure gives the same text.

    Labels stay text, so that they can be found and copied, in whatever script they are.

    Args:
        figure: Any figure.
        description: What it shows, for those who cannot see it.
    """
    import matplotlib

    written = io.StringIO()
    text_as_text = matplotlib.rc_context(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "textmill",
            "svg.image_inline": True,
            "font.sans-serif": ["DejaVu Sans"],
        }
    )
    with text_as_text, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # in the font by which text is measured
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(written, format="svg", metadata=nothing)
    text = written.getvalue()
    label = f'<svg role="img" aria-label="{escape(description)}"'
    return label + text[text.index("<svg") + len("<svg") :]
