"""Write environment.yml, what Binder and conda build, from the lock that `make` and CI install."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

HEAD = """\
# Generated from requirements.txt by `make lock`; do not edit.
name: pact-and-balance
channels:
  - conda-forge
dependencies:
  - python=3.11
  - pip
  - pip:
"""


def render(lock: str) -> str:
    """Return environment.yml for a lock: its pins inline, so that Binder can cache the layer."""
    pins = re.findall(r"^([A-Za-z0-9._-]+(?:\[[^\]]+\])?==[^\s;\\]+)( ; [^\\\n]+)?", lock, flags=re.M)
    lines = []
    for pin, marker in pins:
        text = f"{pin}{marker.rstrip()}"
        lines.append(f'      - "{text}"' if marker else f"      - {text}")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    text = render((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    (ROOT / "environment.yml").write_text(text, encoding="utf-8", newline="\n")
