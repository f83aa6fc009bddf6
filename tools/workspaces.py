"""Write one JupyterLab workspace per notebook, so that a link can open a notebook at a cell.

JupyterLab scrolls to ``#cell-id=…`` only in a notebook that a workspace restores. The workspace of
``notebooks/arms_flows/01_shells.ipynb`` is called ``arms_flows-01_shells``.
"""

import json
import sys
from pathlib import Path

from helpers.findings import notebooks

ROOT = Path(__file__).resolve().parents[1]


def name(path: Path) -> str:
    """Return the name of a notebook's workspace."""
    return "-".join(path.relative_to(ROOT / "notebooks").with_suffix("").parts)


def workspace(path: Path) -> dict:
    """Return the smallest workspace that restores one notebook."""
    there = path.relative_to(ROOT).as_posix()
    widget = f"notebook:{there}"
    main = {
        "dock": {"type": "tab-area", "currentIndex": 0, "widgets": [widget]},
        "current": widget,
    }
    return {
        "data": {
            "layout-restorer:data": {"main": main},
            widget: {"data": {"path": there, "factory": "Notebook"}},
        },
        "metadata": {"id": name(path)},
    }


def main(folder: Path) -> None:
    """Write all workspaces into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in notebooks(ROOT / "notebooks"):
        text = json.dumps(workspace(path), indent=1)
        (folder / f"{name(path)}.jupyterlab-workspace").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
