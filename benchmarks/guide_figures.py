"""The figures of docs/looking-inside.md, made by running the guide's own blocks of Python in its folder.

Run as `python -m benchmarks.guide_figures`.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

GUIDE = Path(__file__).parents[1] / "docs" / "looking-inside.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def main() -> None:
    with contextlib.chdir(GUIDE.parent):
        namespace: dict[str, object] = {"__name__": "__main__"}
        for block in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
            exec(compile(block, str(GUIDE), "exec"), namespace)
        for figure in sorted(Path("figures").iterdir()):
            print(f"{figure}: {figure.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
