"""The collection as a static web site: a page for each notebook, the claims, the cells, the data.

Everything is read from what is saved; nothing is run or fetched. The site is built beside its place and
moved there when it is whole.
"""

from __future__ import annotations

import re
import shlex
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from helpers import cite, findings, links, press
from helpers.errors import CitationError
from helpers.press import Settings

MARK = ".built-by-helpers-site"
"""File by which a folder is known as a site that may be replaced."""

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")


def settings(
    repository: str | None = None,
    ref: str | None = None,
    address: str | None = None,
    pagefind: str | None = None,
    root: Path = findings.NOTEBOOKS,
) -> Settings:
    """Check what a user chose and fill in the rest.

    Parameters
    ----------
    repository : str, optional
        ``owner/name``; by default the one the README names, if any.
    ref : str, optional
        Commit or tag; by default the commit of the checkout, else the tag of the version.
    address : str, optional
        Web address of the site's root.
    pagefind : str, optional
        Command that runs Pagefind, as one text.
    root : Path
        Folder with notebooks, in the collection's own folder.

    Returns
    -------
    Settings
        What holds.

    Raises
    ------
    CitationError
        If one of them is of another form, or there is no such command.
    """
    home = root.resolve().parent
    about = cite.collection(home)
    if repository is not None and not _REPOSITORY.fullmatch(repository):
        raise CitationError(f"expected owner/name as repository, got {repository!r}")
    ref = links.fixed(ref or links.commit(home) or f"v{about['version']}")
    if address and (urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc):
        raise CitationError(f"expected a web address such as https://example.org/pact/, got {address!r}")
    command = shlex.split(pagefind or "")
    if command and shutil.which(command[0]) is None:
        raise CitationError(f"expected a command that runs Pagefind, there is none at {command[0]!r}")
    whole = f"{address.rstrip('/')}/" if address else ""
    return Settings(repository or about["repository"], ref, whole, command)


def build(to: Path, chosen: Settings, root: Path = findings.NOTEBOOKS, force: bool = False) -> list[str]:
    """Build the site.

    Parameters
    ----------
    to : Path
        Folder that becomes the site.
    chosen : Settings
        As from `settings`.
    root : Path
        Folder with notebooks.
    force : bool
        Replace a site that was built before.

    Returns
    -------
    list of str
        What the user should know, a line each.

    Raises
    ------
    CitationError
        If something stands in the way; then nothing has changed.
    """
    _clear(to, force)
    place = to.resolve()
    try:
        made = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    except OSError as error:
        raise CitationError(f"{to}: cannot be written ({error.strerror})") from None
    try:
        told = press.Site(made, chosen, root.resolve()).write()
        (made / MARK).write_text("Built by python -m helpers site; replaced when built again.\n", "utf-8")
        made.chmod(0o755)
        _move(made, place)
    except OSError as error:
        raise CitationError(f"{to}: cannot be built ({error.strerror or type(error).__name__})") from None
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return told


def _clear(to: Path, force: bool) -> None:
    """Refuse to build where something else is."""
    if not to.absolute().parent.is_dir():
        raise CitationError(f"{to}: expected a folder in a folder that is there")
    if to.exists() and not to.is_dir():
        raise CitationError(f"{to}: expected a folder, this is a file")
    if not to.is_dir() or not any(to.iterdir()):
        return
    if not (to / MARK).is_file():
        raise CitationError(
            f"{to}: expected no folder or an empty one, this one was not built by this command"
        )
    if not force:
        raise CitationError(f"{to}: expected no folder or an empty one; --force replaces the site in it")


def _move(made: Path, to: Path) -> None:
    if to.exists():
        old = made.with_name(f"{made.name}.old")
        to.rename(old)
        made.rename(to)
        shutil.rmtree(old)
    else:
        made.rename(to)
