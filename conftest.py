"""Closes the gaps of nbval 0.11: it compares no picture and passes a cell that was never run.

It reaches into nbval, hence the pin in requirements.in. What cannot be seen while running is in
tests/test_notebooks.py.
"""

import base64
import hashlib
import io
import lzma
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from matplotlib import image

_HERE = Path(__file__).parent
# Read by every kernel: no network, no settings of the user's, and the helpers of this very checkout.
os.environ["PYTHONPATH"] = os.pathsep.join([str(_HERE / "tests" / "offline"), str(_HERE / "src")])
for _name in [name for name in os.environ if name.lower().endswith("_proxy") or name == "MATPLOTLIBRC"]:
    del os.environ[_name]


def _pixels(encoded: str) -> str:
    """Name a picture by its decoded pixels: compression and metadata do not matter, a dot does."""
    picture = np.ascontiguousarray(image.imread(io.BytesIO(base64.b64decode(encoded)), format="png"))
    return f"<png {picture.shape} sha256 {hashlib.sha256(picture.tobytes()).hexdigest()[:16]}>"


def _strokes(encoded: str) -> str:
    """Name a drawing by its text: how well it was packed does not matter, a stroke does."""
    text = lzma.decompress(base64.b64decode(encoded))
    return f"<svg {len(text)} sha256 {hashlib.sha256(text).hexdigest()[:16]}>"


def _compare_pictures(item: pytest.Item) -> None:
    notebook = item.parent
    notebook.skip_compare = tuple(k for k in notebook.skip_compare if not k.startswith("image/"))
    text_only = item.sanitize

    def sanitize(value: object) -> object:
        if isinstance(value, str) and value.startswith("iVBORw0KGgo"):
            return _pixels(value)
        if isinstance(value, str) and value.startswith("/Td6WFoA"):
            return _strokes(value)
        return text_only(value)

    item.sanitize = sanitize


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let nbval compare pictures by their pixels."""
    from nbval.plugin import IPyNbCell

    for item in items:
        if isinstance(item, IPyNbCell):
            _compare_pictures(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a cell that was saved without having been run."""
    cell = getattr(item, "cell", None)
    if cell is not None and cell.get("source", "").strip() and cell.get("execution_count") is None:
        pytest.fail("this cell was saved without having been run", pytrace=False)


@pytest.fixture
def root() -> Iterator[Path]:
    """Return the folder of the checkout."""
    yield Path(__file__).parent
