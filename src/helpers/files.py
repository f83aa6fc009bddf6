"""Write a file whole or not at all."""

from __future__ import annotations

from pathlib import Path

from helpers.errors import CitationError


def write(path: Path, content: str | bytes) -> None:
    """Write a file in one move, so that a full disk or a fault leaves the old one as it was.

    Parameters
    ----------
    path : Path
        The file; its folder must be there.
    content : str or bytes
        Text is written in UTF-8.

    Raises
    ------
    CitationError
        If it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        raw = content.encode() if isinstance(content, str) else content
        part.write_bytes(raw)
        part.replace(path)
    except (OSError, UnicodeEncodeError) as error:
        raise CitationError(f"{path}: cannot be written ({error})") from None
    finally:
        part.unlink(missing_ok=True)
