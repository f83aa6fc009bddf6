"""Try every page of the built site in a browser: ``python tests/browser/check.py site``.

Each check yields what it finds wrong; the exit status is 1 if anything is. Only this machine is asked.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic",
]  # fmt: skip
PHONE = {"width": 360, "height": 780}
OPEN_ALL = "document.querySelectorAll('details').forEach(d => { d.open = true })"
OVERFLOW = "document.scrollingElement.scrollWidth - innerWidth"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the site from a folder of the server, as hosts of project pages do, and says nothing."""

    def translate_path(self, path: str) -> str:
        """Find the file; outside the folder there is none."""
        inside = path.startswith("/pages/")
        return super().translate_path(path.removeprefix("/pages") if inside else "/no-such-file")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing of a browser that went on before all was sent."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine."""
    with _Server(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/pages/"
        server.shutdown()


@contextmanager
def opened(browser: Browser, wrong: list[str], base: str, **options: object) -> Iterator[Page]:
    """Open a page that notes errors and every request that leaves the server."""
    context: BrowserContext = browser.new_context(**options)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.on("request", lambda r: r.url.startswith(base) or wrong.append(f"{page.url}: asks for {r.url}"))
    page.on("response", lambda r: r.status < 400 or wrong.append(f"{r.url}: status {r.status}"))
    page.on("console", lambda m: m.type == "error" and wrong.append(f"{page.url}: console: {m.text}"))
    page.on("pageerror", lambda e: wrong.append(f"{page.url}: {e}"))
    yield page
    context.close()


def access(page: Page, where: str) -> Iterator[str]:
    """Find serious faults of accessibility, everything unfolded."""
    page.evaluate(OPEN_ALL)
    for fault in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
        if fault["impact"] in ("serious", "critical"):
            first = fault["nodes"][0]["target"]
            yield f"{where}: {fault['id']} ({len(fault['nodes'])} times, first at {first})"


def narrow(page: Page, where: str) -> Iterator[str]:
    """Find pages that must be scrolled sideways on a phone, folded and unfolded."""
    for script in ("0", OPEN_ALL):
        page.evaluate(script)
        over = page.evaluate(OVERFLOW)
        if over > 0:
            yield f"{where}: {over} px wider than a phone"


def cells(page: Page, base: str, names: list[str]) -> Iterator[str]:
    """Find addresses of cells that do not lead to the cell."""
    for name in names:
        page.goto(base + name)
        ids = page.eval_on_selector_all("[id^='cell-id=']", "all => all.map(a => a.id)")
        page.goto("about:blank")
        page.goto(f"{base}{name}#{ids[-1]}")
        page.wait_for_timeout(300)
        top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", ids[-1])
        height = page.evaluate("innerHeight")
        marked = page.evaluate("document.querySelector(':target')?.id")
        if not 0 <= top < height or marked != ids[-1]:
            yield f"{name}#{ids[-1]}: stands at {top} px of {height}, marked is {marked}"


def lists(page: Page, base: str) -> Iterator[str]:
    """Find filters that do not narrow their list, or forget to say so."""
    for name, choice, value, entry in (
        ("cells.html", "kind", "Table", "#cells > li"),
        ("cells.html", "claims", "C02", "#cells > li"),
        ("cells.html", "publisher", "yonhap", "#cells > li"),
        ("cells.html", "text", "containers", "#cells > li"),
        ("claims.html", "now", "refuted", "#claims > article"),
        ("claims.html", "text", "containers", "#claims > article"),
    ):
        page.goto(base + name)
        before = page.locator(f"{entry}:visible").count()
        field = page.locator(f"form.filter [name={choice}]")
        if choice in ("publisher", "text"):
            field.fill(value)
        else:
            field.select_option(value)
        after = page.locator(f"{entry}:visible").count()
        told = page.locator("form.filter output").inner_text()
        if not 0 < after < before or not told.startswith(f"{after} of {before} "):
            yield f"{name}: {choice}={value} leaves {after} of {before}, told: {told}"
        page.reload()
        if page.locator(f"{entry}:visible").count() != after:
            yield f"{name}: {choice}={value} is forgotten when the page is loaded again"


def search(page: Page, base: str) -> Iterator[str]:
    """Find a search that finds nothing, or leads nowhere."""
    page.goto(f"{base}search.html")
    page.locator("#query").fill("containers")
    page.locator("#results > li").first.wait_for(timeout=10_000)
    link = page.locator("#results code").first
    slug = link.inner_text()
    link.click()
    page.wait_for_load_state()
    if not page.url.endswith(f"#cell-id={slug}") or not page.locator(f"[id='cell-id={slug}']").count():
        yield f"search: the result {slug} leads to {page.url}"


def copying(page: Page, base: str, name: str) -> Iterator[str]:
    """Find a Copy button that does not copy."""
    page.goto(base + name)
    page.locator("details.cite summary").first.click()
    for button, text in (
        (".citation button.copy >> nth=1", ".citation pre >> nth=1"),
        (".row button.copy >> nth=0", ".citation pre >> nth=0"),
    ):
        page.locator(button).click()
        page.wait_for_timeout(200)
        copied = page.evaluate("navigator.clipboard.readText()")
        if copied != page.locator(text).text_content():
            yield f"{name}: {button} copied {copied!r}"


def colours(page: Page, base: str) -> Iterator[str]:
    """Find a button for colours that does nothing or is forgotten."""
    ground = "getComputedStyle(document.body).backgroundColor"
    page.goto(f"{base}index.html")
    light = page.evaluate(ground)
    page.locator("button.scheme").click()
    dark = page.evaluate(ground)
    page.goto(f"{base}claims.html")
    if light == dark or page.evaluate(ground) != dark:
        yield f"colours: {light}, after the button {dark}, on the next page {page.evaluate(ground)}"


def keyboard(page: Page, base: str) -> Iterator[str]:
    """Find a page whose first stop is not the way past the navigation, or whose focus cannot be seen."""
    page.goto(f"{base}index.html")
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.className") != "skip":
        yield "index.html: the first stop of the keyboard is not the link to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = page.evaluate("document.activeElement.closest('main') !== null")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    if not inside or outline == "none":
        yield f"index.html: behind the link to the content (inside: {inside}) the outline is {outline}"


def from_a_folder(browser: Browser, folder: Path) -> Iterator[str]:
    """Find what fails where pages are opened from a folder: the search must say so, the filter work."""
    base, wrong = folder.absolute().as_uri() + "/", []
    with opened(browser, wrong, base) as page:
        page.goto(f"{base}search.html")
        if not page.locator("#offline").is_visible():
            yield "search.html: opened from a folder it does not say that it cannot search"
        page.goto(f"{base}cells.html")
        page.locator("form.filter [name=text]").fill("containers")
        if not 0 < page.locator("#cells > li:visible").count() < 100:
            yield "cells.html: opened from a folder its filter does not work"
    yield from (line for line in wrong if ": status 0" not in line)


def without_script(browser: Browser, base: str, name: str) -> Iterator[str]:
    """Find citations that need a script, or controls that do nothing without one."""
    with opened(browser, [], base, java_script_enabled=False) as page:
        page.goto(base + name)
        page.locator("details.cite summary").first.click()
        if not page.locator(".citation pre").first.is_visible():
            yield f"{name}: without a script no citation"
        page.goto(f"{base}cells.html")
        if page.locator("form.filter").is_visible() or page.locator("button.scheme").is_visible():
            yield "cells.html: a control that needs a script is shown without one"


def browser_path() -> str:
    """Find a browser, or end with one sentence."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit(f"expected one of {', '.join(BROWSERS)} on the PATH, found none")
    return found


def run(folder: Path, program: str) -> list[str]:
    """Make all checks."""
    wrong: list[str] = []
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.html"))
    notebooks = sorted(
        p.relative_to(folder / "notebooks").with_suffix(".html").as_posix()
        for p in (folder / "notebooks").rglob("*.ipynb")
    )
    with served(folder) as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=ARGUMENTS)
        for scheme in ("light", "dark"):
            with opened(browser, wrong, base, color_scheme=scheme) as page:
                for name in names:
                    page.goto(base + name)
                    wrong += access(page, f"{name} ({scheme})")
        with opened(browser, wrong, base, viewport=PHONE) as page:
            for name in names:
                page.goto(base + name)
                wrong += narrow(page, name)
        with opened(browser, wrong, base) as page:
            wrong += cells(page, base, notebooks)
            wrong += lists(page, base)
            wrong += search(page, base)
            wrong += copying(page, base, notebooks[1])
            wrong += keyboard(page, base)
            wrong += colours(page, base)
        wrong += from_a_folder(browser, folder)
        wrong += without_script(browser, base, notebooks[1])
        browser.close()
    print(f"{len(names)} pages tried in {Path(program).name}: {len(wrong) or 'no'} faults")
    return wrong


def main() -> int:
    """Check the site named on the command line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "site")
    if not (folder / "index.html").is_file():
        print(f"{folder}: expected a built site, there is none (make site)")
        return 1
    wrong = run(folder, browser_path())
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
