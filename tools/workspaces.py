"""Give JupyterLab one workspace per notebook, so that a link can open a notebook at a cell.

JupyterLab scrolls to ``#cell-id=…`` only in a notebook that a workspace restores. They lie where
JUPYTERLAB_WORKSPACES_DIR says, or among the user's own.
"""

import json
from pathlib import Path

from jupyterlab.commands import get_workspaces_dir
from jupyterlab_server.workspaces_handler import WorkspacesManager

from helpers import findings, links


def workspace(notebook: str) -> dict:
    """Return the smallest workspace that restores one notebook."""
    there = f"notebooks/{notebook}"
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
        "metadata": {"id": links.workspace(notebook)},
    }


def main(folder: Path) -> None:
    """Write all workspaces into a folder."""
    manager = WorkspacesManager(folder)
    for path in findings.notebooks():
        notebook = path.relative_to(findings.NOTEBOOKS).as_posix()
        manager.save(links.workspace(notebook), json.dumps(workspace(notebook), indent=1))


if __name__ == "__main__":
    main(Path(get_workspaces_dir()))
