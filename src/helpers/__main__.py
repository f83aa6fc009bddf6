"""Commands: ``python -m helpers check · data · run · cells · cite · export · verify · register · site``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from helpers import errors  # all else is imported where it is needed: a citation must not wait for pandas

ROOT = Path(__file__).resolve().parents[2]


def _check(args: argparse.Namespace) -> int:
    from helpers import catalogue, checks

    found = checks.problems(args.data)
    if not found and args.data.resolve() == ROOT / "data":
        found = catalogue.problems(_short(ROOT))
    print("\n".join(found) if found else f"{args.data}: all tables hold")
    return 1 if found else 0


def _data(args: argparse.Namespace) -> int:
    from helpers import catalogue, checks, dictionary

    found = checks.problems(args.data, checksums=False)
    if found:
        print("\n".join(found))
        print("Nothing was refreshed.")
        return 1
    dictionary.refresh(args.data)
    print(f"{args.data}: checksums and dictionary are up to date")
    if args.data.resolve() == ROOT / "data":  # tables elsewhere are no collection to describe
        catalogue.refresh()
        print(f"{catalogue.METADATA} is up to date")
    return 0


def _run(args: argparse.Namespace) -> int:
    from helpers import execute

    lines = execute.run(args.notebooks, args.only)
    print("\n".join(lines) if lines else "no finding changed")
    return 0


def _cells(args: argparse.Namespace) -> int:
    from helpers import findings

    for f in findings.listing(args.notebooks):
        print(f"{f['cite']}  {f['notebook']}")
        print(f"    {f['sentence']}")
        print(
            f"    data through {f['data_through'] or 'n.d.'}, {f['rows']} rows, "
            f"{f['origins']} independent origins"
        )
    return 0


def _cite(args: argparse.Namespace) -> int:
    from helpers import cite, findings

    about, saved = cite.collection(), {f["slug"]: f for f in findings.listing(args.notebooks)}
    records = {
        r["slug"]: r for r in (cite.among(slug, saved) for slug in args.ids)
    }  # all, or none is printed
    told = [cite.citation(record, args.format, about, args.ref) for record in records.values()]
    print(cite.joined(told, args.format))
    return 0


def _export(args: argparse.Namespace) -> int:
    from helpers import export, findings

    if bool(args.ids) == args.all:
        raise errors.CitationError("expected either ids of findings or --all")
    slugs = [f["slug"] for f in findings.listing(args.notebooks)] if args.all else args.ids
    made = export.export(slugs, args.to, args.notebooks, args.force)
    print("\n".join(map(str, made)))
    return 0


def _verify(args: argparse.Namespace) -> int:
    from helpers import findings, register, reports, verify

    texts = {path: reports.text(path) for path in args.reports}  # all are read, or nothing is told
    saved = {f["slug"]: f for f in findings.listing(args.notebooks)}
    known = register.load(args.notebooks)
    lines, good = [], True
    for path, text in texts.items():
        found = verify.cited(text, {*saved, *known})
        lines.append(f"{path}: {len(found)} cited" if found else f"{path}: no finding is cited")
        told = [verify.outcome(slug, fingerprint, saved, known) for slug, fingerprint in found]
        good = good and bool(found) and all(one.status == "unchanged" for one in told)
        for one in told:
            lines += [f"  {one.status:<9}  {one.cite}", *(f"    {line}" for line in one.says.splitlines())]
    args.failed = not good  # a reader who closes the pipe early must not hide it
    print("\n".join(lines))
    return 0 if good else 1


def _register(args: argparse.Namespace) -> int:
    import datetime as dt

    from helpers import findings, register

    before = register.load(args.notebooks)
    after = register.updated(before, findings.listing(args.notebooks), f"{dt.datetime.now(dt.UTC):%Y-%m-%d}")
    changed = [slug for slug, entry in after.items() if entry != before.get(slug)]
    if changed:
        register.save(after, args.notebooks)
    print(f"{len(changed)} findings added or changed: {', '.join(changed)}" if changed else "nothing to add")
    return 0


def _site(args: argparse.Namespace) -> int:
    from helpers import site

    chosen = site.settings(args.repository, args.ref, args.address, args.pagefind, args.notebooks)
    told = site.build(args.to, chosen, args.notebooks, args.force)
    print("\n".join([*told, f"{args.to}: the site is built, open index.html"]))
    return 0


def main(argv: list[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : list of str, optional
        Arguments; those of the process by default.

    Returns
    -------
    int
        Exit status: 0, or 1 if there is anything to mend.
    """
    parser = _Parser(prog="python -m helpers", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, call, text in (
        ("check", _check, "check every table against its schema, and what describes the collection"),
        ("data", _data, "refresh checksums, data dictionary and metadata after a change of the tables"),
        ("run", _run, "run and save every notebook and list the findings that changed"),
        ("cells", _cells, "list the findings of the saved notebooks"),
        ("cite", _cite, "print the citation of one or several findings"),
        ("export", _export, "write figure, data and sidecar of one or several findings as files"),
        ("verify", _verify, "tell whether what reports cite still stands"),
        ("register", _register, "add new findings and fingerprints to the register of published ones"),
        ("site", _site, "build a web site of the saved notebooks"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(call=call)
        if name in ("check", "data"):
            command.add_argument("--data", type=_folder, default=_short(ROOT / "data"), metavar="DIR")
        else:
            command.add_argument("--notebooks", type=_folder, default=ROOT / "notebooks", metavar="DIR")
        if name == "run":
            command.add_argument("only", nargs="*", type=Path, help="these notebooks only")
        if name == "verify":
            command.add_argument("reports", nargs="+", type=Path, metavar="FILE")
        if name == "export":
            command.add_argument("ids", nargs="*", metavar="ID", help="cell ids, as fig-arms-oil-cap")
            command.add_argument("--to", type=Path, required=True, metavar="DIR", help="new or empty folder")
            command.add_argument("--all", action="store_true", help="every finding of the collection")
            command.add_argument("--force", action="store_true", help="write over files of the same names")
        if name == "cite":
            formats = ("sentence", "chicago", "apa", "bibtex", "csl-json", "markdown")
            command.add_argument("ids", nargs="+", metavar="ID", help="cell ids, as fig-arms-oil-cap")
            command.add_argument("--format", choices=formats, default="sentence")
            command.add_argument("--ref", help="commit or tag to cite; the tag of the version by default")
        if name == "site":
            command.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder of the site")
            command.add_argument("--repository", help="owner/name at GitHub, for links to it and to Binder")
            command.add_argument("--ref", help="commit or tag to cite; the commit of the checkout by default")
            command.add_argument("--address", help="where the site will be published, https://…")
            command.add_argument("--pagefind", metavar="COMMAND", help="runs Pagefind, for full-text search")
            command.add_argument("--force", action="store_true", help="replace a site built before")
    args = parser.parse_args(argv)
    sys.stdout.reconfigure(errors="replace")  # a terminal without UTF-8 shows a question mark instead
    try:
        status = args.call(args)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        return int(getattr(args, "failed", False))
    except OSError as error:
        print(f"{error.filename or 'the output'}: {error.strerror or error}", file=sys.stderr)
        return 1
    except (errors.NotebookError, errors.CitationError) as error:
        print(error, file=sys.stderr)
        return 1
    return status


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong, with the status of every other fault."""

    def error(self, message: str) -> NoReturn:
        self.exit(1, f"{self.prog}: {message} (--help tells more)\n")


def _short(path: Path) -> Path:
    """Write a path from here, where that is shorter, so that messages read ``data/…``."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"expected a folder, there is none at {text!r}")
    return path


if __name__ == "__main__":
    sys.exit(main())
