"""PDF by typst, with the fonts of this package only: tagged, PDF/UA, and Arabic that can be found again.

Amiri draws lam-alef as two glyphs, so that text taken out of the PDF has its letters in order; other Arabic fonts
lose up to a quarter of the words.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from mudhif.domain.errors import MudhifError, Unavailable
from mudhif.i18n import N_

if TYPE_CHECKING:
    import typst

LIBRARY = "mudhif.typ"


class FontsMissing(Unavailable):
    """The fonts are laid out by the build and are not there."""

    code = "fonts-missing"
    message = N_("The fonts for printing are not in %(folder)s. Run `make install`, then print again.")


class PrintingFailed(MudhifError):
    """typst refused the document; with PDF/UA also for a picture without words or a letter that no font has."""

    code, status = "printing-failed", 422
    message = N_("The document cannot be laid out: %(reason)s")


def render_typst(
    source: str,
    data: Mapping[str, bytes | str],
    *,
    pdf_ua: bool = True,
    sys_inputs: Mapping[str, str] | None = None,
) -> bytes:
    """A PDF of a typst document.

    Args:
        source: the document. ``#import "mudhif.typ": *`` brings our colours, fonts and drawings.
        data: files beside it, by name: ``{"data.json": "…", "logo.png": b"…"}``.
        pdf_ua: hold it to PDF/UA-1: a picture without alternative text, a document without a title and a letter
            that no font can show are refused, and not silently left out.

    Raises:
        PrintingFailed: with what typst says.
        FontsMissing: the browser's and printer's fonts were not built.
    """
    pdf = _compile(source, data, sys_inputs, format="pdf", pdf_standards=["ua-1"] if pdf_ua else [])
    assert isinstance(pdf, bytes)  # a list is what a format of one file per page gives
    return pdf


def render_typst_pages(
    source: str, data: Mapping[str, bytes | str], *, ppi: int = 150, sys_inputs: Mapping[str, str] | None = None
) -> list[bytes]:
    """The pages of a typst document as PNG pictures; see `render_typst`."""
    pages = _compile(source, data, sys_inputs, format="png", ppi=float(ppi))
    return pages if isinstance(pages, list) else [pages] if pages else []


def _compile(
    source: str, data: Mapping[str, bytes | str], sys_inputs: Mapping[str, str] | None, **options: Any
) -> bytes | list[bytes] | None:
    import typst

    with tempfile.TemporaryDirectory(prefix="mudhif-print-") as folder:
        root = Path(folder)
        for name, content in {LIBRARY: layout(LIBRARY), **data, "main.typ": source}.items():
            _write_inside(root, name, content)
        compiler = typst.Compiler(
            str(root / "main.typ"), root=folder, font_paths=_fonts(), ignore_system_fonts=True,
            sys_inputs=dict(sys_inputs or {}),
        )  # fmt: skip
        try:
            made: bytes | list[bytes] | None = compiler.compile(**options)
        except typst.TypstError as error:
            hints = "".join(f" ({hint})" for hint in error.hints)
            raise PrintingFailed(reason=f"{error.message}{hints}") from error
    return made


def layout(name: str) -> str:
    """The text of one of our own layouts."""
    return (files("mudhif.services") / "layouts" / name).read_text(encoding="utf-8")


def _write_inside(root: Path, name: str, content: bytes | str) -> None:
    parts = PurePosixPath(name).parts
    if not parts or PurePosixPath(name).is_absolute() or ".." in parts:
        raise PrintingFailed(reason=name)
    path = root.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    import typst

    with as_file(files("mudhif") / "fonts") as folder:
        if not any(folder.glob("*.ttf")):
            raise FontsMissing(folder=folder)
        return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])
