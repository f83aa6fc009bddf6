"""The site's files: every page, the copies beside them, the packed folders and the search index."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
import subprocess
import zipfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from helpers import catalogue, cite, export, links, markup, pages, views
from helpers.errors import CitationError

NAV = (
    ("00_start_here.html", "Start"),
    ("claims.html", "Claims"),
    ("cells.html", "Cells"),
    ("data.html", "Data"),
    ("search.html", "Search"),
)

_UNUSED = ("*ui.*", "*highlight.*", "*component*")  # of Pagefind: our page has a list of its own


@dataclass(frozen=True)
class Settings:
    """What a user can choose.

    Attributes
    ----------
    repository : str or None
        ``owner/name`` at GitHub.
    ref : str
        Commit or tag that citations and links name.
    address : str
        Where the site will be published, with a slash at its end; empty if that is not known.
    pagefind : list of str
        Command of Pagefind; empty for a site without full-text search.
    """

    repository: str | None
    ref: str
    address: str
    pagefind: list[str]


def _metadata(notebook: str | None, home: Path, address: str) -> str:
    """Describe a page for machines: the whole collection for None, else a notebook and its findings."""
    told = (
        catalogue.dataset(home, address or None)
        if notebook is None
        else catalogue.article(notebook, home, address or None)
    )
    text = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")  # no word may end the element
    return f'<script type="application/ld+json">{text}</script>'


class Site:
    """One site while it is being written.

    Parameters
    ----------
    made : Path
        Empty folder to write into.
    chosen : Settings
        What the user chose.
    root : Path
        Folder with notebooks, beside that with the data.
    """

    def __init__(self, made: Path, chosen: Settings, root: Path) -> None:
        self.made, self.chosen, self.root, self.home = made, chosen, root, root.parent
        self.frame = pages.frame()
        self.about = {**cite.collection(self.home), "repository": chosen.repository, "site": chosen.address}
        self.pages = pages.contents(root)
        self.hrefs = {f"notebooks/{page.notebook}": page.href for page in self.pages}
        self.hrefs["data/README.md"] = "data/README.html"
        self.languages = views.languages(self.home / "data")
        self.cells, self.claims = views.gather(self.pages, root)
        name, _, more = self.about["title"].partition(": ")
        self.frame.globals["site"] = {
            "name": name,
            "more": more[:1].upper() + more[1:],
            "about": self.about,
            "repository": chosen.repository,
            "ref": chosen.ref,
            "address": chosen.address,
            "commit": links.commit(self.home),
            "nav": NAV,
            "themes": [(t, list(group)) for t, group in groupby(self.pages, key=lambda p: p.theme)],
        }

    def write(self) -> list[str]:
        """Write all files and tell what is missing."""
        slugs = [f["slug"] for f in self.cells]
        workers = min(os.cpu_count() or 1, 4)
        shares = [slugs[k::workers] for k in range(workers)]
        with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
            # Drawing the figures takes as long as all else.
            cells = self.made / "cells"
            drawn = [pool.submit(export.export, share, cells, self.root, force=True) for share in shares]
            self._copy()
            self._notebooks()
            about = f"{len(self.claims)} claims of two essays, each with its test and two verdicts."
            ledger = views.ledger(self.claims, self.home / "data")
            self._page("claims.html", "claims.html.j2", "Claims", about, indexed=True, **ledger)
            about = f"Index of all {len(self.cells)} findings that can be cited."
            self._page("cells.html", "cells.html.j2", "Cells", about, **views.index(self.cells, self.claims))
            found = bool(self.chosen.pagefind)
            self._page("search.html", "search.html.j2", "Search", "Full-text search.", search=found)
            for share in drawn:
                share.result()
        zips = {name: self._pack(name) for name in ("data", "cells")}
        self._data(zips)
        self._front(zips)
        self._search()
        told = []
        if self.chosen.repository is None:
            told.append("No repository is named (--repository owner/name): no links to Binder and GitHub.")
        if self.chosen.ref == links.commit(self.home) and links.changed(self.home):
            told.append("Notebooks or data hold changes that the commit, which citations name, has not.")
        if not self.chosen.pagefind:
            told.append("No Pagefind is named (--pagefind): no full-text search.")
        return told

    def _page(self, href: str, template: str, title: str, description: str, **context: Any) -> None:
        named = {"here": href, "up": "../" * href.count("/"), "title": title, "description": description}
        text = self.frame.get_template(template).render(**named, **context)
        path = self.made / href
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    def _relink(self, text: str, source: str, page: str) -> str:
        def copied(path: str) -> str | None:
            return self.hrefs.get(path) or (path if (self.made / path).is_file() else None)

        named, ref = self.chosen.repository, self.chosen.ref
        blob = f"https://github.com/{named}/blob/{ref}" if named else None
        return markup.relink(text, source, page, copied, blob, self.languages)

    def _copy(self) -> None:
        shutil.copytree(self.home / "data", self.made / "data", ignore=shutil.ignore_patterns(".*"))
        shutil.copytree(pages.TEMPLATES / "assets", self.made / "assets")
        names = [f"notebooks/{page.notebook}" for page in self.pages]
        for name in [*names, "CITATION.cff", "LICENSE", "README.md", "notebooks/register.json"]:
            if (self.home / name).is_file():
                (self.made / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self.home / name, self.made / name)
        told = catalogue.within(catalogue.crate(self.home), self.made)
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        (self.made / catalogue.METADATA).write_text(text, encoding="utf-8", newline="\n")

    def _notebooks(self) -> None:
        exporter = pages.exporter()
        for number, page in enumerate(self.pages):
            own = [f for f in self.cells if f["notebook"] == page.notebook]
            source, up = f"notebooks/{page.notebook}", "../" * page.href.count("/")
            sizes = pages.size(page.notebook, self.root)
            around = {f["cell_id"]: self._around(f, up, sizes.get(f["cell_id"])) for f in own}
            self._page(
                page.href,
                "notebook.html.j2",
                page.title,
                page.question,
                body=pages.body(
                    exporter,
                    page.notebook,
                    around,
                    lambda text, source=source, href=page.href: self._relink(text, source, href),
                    self.root,
                ),
                own=page,
                onpage=own,
                indexed=True,
                workspace=links.workspace(page.notebook),
                metadata=_metadata(page.notebook, self.home, self.chosen.address),
                before=self.pages[number - 1] if number else None,
                after=self.pages[number + 1] if number + 1 < len(self.pages) else None,
            )

    def _around(self, f: dict[str, Any], up: str, size: tuple[int, int] | None) -> dict[str, Any]:
        filled = views.controls(f, up, size is not None, self.about, self.chosen.ref)
        return {
            "kind": f["kind"],
            # Not the SVG: a picture cannot load a font, and few phones have the one its text is measured for.
            "picture": f"{up}cells/{f['slug']}.png",
            "size": size,
            "cite": self.frame.get_template("cite.html.j2").render(filled),
            "rows": self.frame.get_template("rows.html.j2").render(filled),
        }

    def _data(self, zips: dict[str, str]) -> None:
        shelf = views.shelf(self.home / "data")
        crate = (self.made / "ro-crate-metadata.json").is_file()
        about = shelf["package"]["description"]
        self._page("data.html", "data.html.j2", "Data", about, zips=zips, crate=crate, **shelf)
        text = (self.home / "data" / "README.md").read_text(encoding="utf-8")
        text = markup.headed(markup.markdown(text, "the dictionary"))
        text, mark, terms = text.partition('<h2 id="licence-and-redistribution')
        # Three thousand pages by publisher: a search for a state or a paper would find nothing else first.
        folded = r"<details><summary>The pages</summary>\1</details>"
        terms = re.sub(r"(<ul>.*?</ul>)", folded, terms, flags=re.S)
        text = f"{text}<section data-pagefind-ignore>{mark}{terms}</section>" if mark else text
        body = self._relink(text, "data/README.md", "data/README.html")
        about = "Each column of each table, the grades and the code books."
        self._page("data/README.html", "plain.html.j2", "Data dictionary", about, body=body, indexed=True)

    def _front(self, zips: dict[str, str]) -> None:
        def of_start(cell: str) -> str:
            text = re.sub(r"<h[12]>.*?</h[12]>", "", pages.saved(pages.START, cell, self.root))
            return self._relink(text, f"notebooks/{pages.START}", "index.html")

        self._page(
            "index.html",
            "index.html.j2",
            self.about["title"],
            "Notebooks on the military exchange of Russia and the DPRK; each finding can be cited.",
            opening=of_start("opening"),
            intro=of_start("answer-intro"),
            board=of_start("tbl-verdict-answer"),
            three=of_start("tbl-verdict-answer-headlines"),
            indexed=True,
            metadata=_metadata(None, self.home, self.chosen.address),
            example=self.cells[0],
            zips=zips,
            number=len(self.claims),
        )

    def _pack(self, folder: str) -> str:
        """Pack a folder; dated by the release, so that the same files give the same bytes."""
        year, month, day = (int(part) for part in str(self.about["released"]).split("-"))
        path = self.made / f"{folder}.zip"
        with zipfile.ZipFile(path, "w") as packed:
            for file in sorted((self.made / folder).iterdir()):
                info = zipfile.ZipInfo(f"{folder}/{file.name}", (year, month, day, 0, 0, 0))
                info.external_attr = 0o644 << 16  # else nobody may read what unzip makes of it
                info.compress_type = zipfile.ZIP_STORED if file.suffix == ".png" else zipfile.ZIP_DEFLATED
                packed.writestr(info, file.read_bytes())
        return views.size(path)

    def _search(self) -> None:
        if not self.chosen.pagefind:
            return
        command = [*self.chosen.pagefind, "--site", str(self.made), "--silent"]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode or not (self.made / "pagefind" / "pagefind.js").is_file():
            last = ["no message", *(run.stderr + run.stdout).strip().splitlines()][-1]
            raise CitationError(f"expected Pagefind to index the pages, it ended with: {last}")
        for pattern in _UNUSED:
            for path in (self.made / "pagefind").glob(pattern):
                path.unlink()
