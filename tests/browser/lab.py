"""Open one cell of every notebook in JupyterLab, by the addresses that are given: ``lab.py PYTHON``.

PYTHON is that of the environment with JupyterLab. Of a Binder address it tries what Binder makes of it: the
path in ``urlpath``, decoded, at the server. The exit status is 1 if a cell is not reached.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from check import ARGUMENTS, browser_path
from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "one-cell-of-every-notebook"
ADDRESSES = """
import json
from helpers import findings, links
last = {"00_start_here.ipynb": "tbl-verdict-headlines"}
last |= {f["notebook"]: f["cell_id"] for f in findings.listing()}
print(json.dumps([
    [c, links.lab(n, c), links.binder("owner/name", "0" * 40, n, c)] for n, c in last.items()
]))
"""
IN_SIGHT = """slug => {
    const all = [...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell')];
    const box = all.find(cell => cell.textContent.includes(`label: ${slug}`))?.getBoundingClientRect();
    return box && box.top < innerHeight - 40 && box.bottom > 120;
}"""
SELECTED = """slug => document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell.jp-mod-active')
    ?.textContent.includes(`label: ${slug}`)"""
TRIES = 4  # JupyterLab itself now and then takes the selection back to the first cell while it starts


@contextmanager
def lab(python: str) -> Iterator[str]:
    """Run JupyterLab as `make lab` does."""
    command = [python, "-m", "jupyter", "lab", "--no-browser", "--port=0", f"--ServerApp.root_dir={ROOT}"]
    command += [f"--IdentityProvider.token={TOKEN}", "--allow-root"]
    subprocess.run([python, "tools/workspaces.py"], cwd=ROOT, check=True)
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield address(python, server.pid)
    finally:
        server.terminate()
        server.wait()


def address(python: str, pid: int) -> str:
    """Wait for the server and return its address."""
    for _ in range(120):
        run = subprocess.run(
            [python, "-m", "jupyter", "server", "list", "--json"], capture_output=True, text=True, check=False
        )
        for line in run.stdout.splitlines():
            told = json.loads(line)
            if told["pid"] == pid:
                urllib.request.urlopen(f"{told['url']}api?token={TOKEN}").close()
                return told["url"]
        time.sleep(0.5)
    raise SystemExit("expected JupyterLab to start within a minute, it did not")


def holds(page: Page, what: str, slug: str, seconds: int) -> bool:
    """Tell whether something becomes true of the page in time."""
    try:
        page.wait_for_function(what, arg=slug, timeout=seconds * 1000)
    except TimeoutError:
        return False
    return True


def faults(browser: Browser, base: str, cells: list[tuple[str, str, str]]) -> Iterator[str]:
    """Open each cell by both addresses, each time as a reader who comes for the first time.

    The cell must come into sight each time; it must be selected at one of a few openings.
    """
    for slug, there, binder in cells:
        path = parse_qs(urlsplit(binder).query)["urlpath"][0]
        for kind, target in (("JupyterLab", there), ("Binder", path)):
            where, _, cell = target.partition("#")
            seen, selected, opening = True, False, 0
            while seen and not selected and opening < TRIES:
                opening += 1
                context = browser.new_context(viewport={"width": 1280, "height": 900})
                page = context.new_page()
                page.goto(f"{base}{where}?token={TOKEN}#{cell}")
                seen = holds(page, IN_SIGHT, slug, 60)
                selected = seen and holds(page, SELECTED, slug, 4)
                context.close()
            told = f"selected at opening {opening}" if selected else f"in sight: {seen}, not selected"
            print(f"{kind:<10}  {target}: {told}", flush=True)
            if not selected:
                yield f"{kind}: {target} does not lead to its cell ({told})"


def main(python: str) -> int:
    """Print what is wrong; the status is 1 if anything is."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    run = subprocess.run([python, "-c", ADDRESSES], env=env, capture_output=True, text=True, check=True)
    with lab(python) as base, sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=browser_path(), args=ARGUMENTS)
        wrong = list(faults(browser, base, json.loads(run.stdout)))
    print("\n".join(wrong) or "every cell comes into sight and is selected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
