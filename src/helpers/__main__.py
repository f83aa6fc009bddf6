"""Commands: ``python -m helpers check · data · run · cells``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from helpers import checks, errors, tables


def _check(args: argparse.Namespace) -> int:
    found = checks.problems(args.data)
    print("\n".join(found) if found else f"{args.data}: all tables hold")
    return 1 if found else 0


def _data(args: argparse.Namespace) -> int:
    from helpers import dictionary

    found = checks.problems(args.data, checksums=False)
    if found:
        print("\n".join(found))
        print("Nothing was refreshed.")
        return 1
    dictionary.refresh(args.data)
    print(f"{args.data}: checksums and dictionary are up to date")
    return 0


def _run(args: argparse.Namespace) -> int:
    from helpers import execute

    lines = execute.run(args.notebooks, args.only)
    print("\n".join(lines) if lines else "no finding changed")
    return 0


def _cells(args: argparse.Namespace) -> int:
    from helpers import cells

    for f in cells.listing(args.notebooks):
        print(f"{f['cite']}  {f['notebook']}")
        print(f"    {f['sentence']}")
        print(
            f"    data through {f['data_through'] or 'n.d.'}, {f['rows']} rows, "
            f"{f['origins']} independent origins"
        )
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
    notebooks = Path(__file__).resolve().parents[2] / "notebooks"
    parser = argparse.ArgumentParser(prog="python -m helpers", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, call, text in (
        ("check", _check, "check every table against its schema"),
        ("data", _data, "refresh the checksums and the data dictionary after a change of the tables"),
        ("run", _run, "run and save every notebook and list the findings that changed"),
        ("cells", _cells, "list the findings of the saved notebooks"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(call=call)
        if name in ("check", "data"):
            command.add_argument("--data", type=_folder, default=_short(tables.DATA), metavar="DIR")
        else:
            command.add_argument("--notebooks", type=_folder, default=notebooks, metavar="DIR")
        if name == "run":
            command.add_argument("only", nargs="*", type=Path, help="these notebooks only")
    args = parser.parse_args(argv)
    sys.stdout.reconfigure(errors="replace")  # a terminal without UTF-8 shows a question mark instead
    try:
        return args.call(args)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        return 0
    except errors.NotebookError as error:
        print(error)
        return 1


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
