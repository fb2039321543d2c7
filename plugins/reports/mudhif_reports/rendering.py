"""Lays a report out: PDF by typst, DOCX by python-docx, both from the same blocks."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from mudhif.plugin_api import render_typst

from .content import Block, Content, Heading, Items, Pairs, Paragraph, Picture, Table
from .hookspecs import Frozen

PICTURE_PIXELS = 1600
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def to_pdf(content: Content, frozen: Frozen, source: str | None = None) -> bytes:
    """A tagged PDF (PDF/UA-1).

    Args:
        source: a typst document that reads ``data.json``; the standard layout where there is none.
    """
    pictures: dict[str, bytes] = {}
    blocks = [_for_typst(block, frozen, pictures) for block in content.blocks]
    data = {name: getattr(content, name) for name in ("title", "subtitle", "language", "foot", "draft")} | {
        "blocks": blocks
    }
    source = source or (files(__package__) / "layouts" / "report.typ").read_text(encoding="utf-8")
    return render_typst(source, {"data.json": json.dumps(data, ensure_ascii=False), **pictures})


def _for_typst(block: Block, frozen: Frozen, pictures: dict[str, bytes]) -> dict[str, Any]:
    plain = asdict(block) | {"type": type(block).__name__.lower()}
    if isinstance(block, Picture):
        plain["file"] = f"{block.sha256}.jpg"
        pictures[plain["file"]] = small_picture(_bytes_of(block, frozen))
    return plain


def _bytes_of(picture: Picture, frozen: Frozen) -> bytes:
    if frozen.blob is None:
        raise LookupError("this report was frozen without its pictures")
    return frozen.blob(picture.sha256)


def small_picture(content: bytes) -> bytes:
    """A JPEG of at most 1600 pixels a side: a report with sixty photos as they were taken weighs 60 MB."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
        picture.thumbnail((PICTURE_PIXELS, PICTURE_PIXELS))
        target = io.BytesIO()
        picture.save(target, "JPEG", quality=82)
    return target.getvalue()


# --- Word -------------------------------------------------------------------------------------------------------------


def to_docx(content: Content, frozen: Frozen) -> bytes:
    """A Word document of the same blocks, right to left in Arabic."""
    from docx import Document
    from docx.shared import Cm

    document: Any = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    _styles(document, content.language)
    document.core_properties.title = f"{content.title}: {content.subtitle}"
    document.core_properties.author = frozen.event.organiser or ""
    document.core_properties.language = content.language
    put = _Word(document, content.language, frozen)
    put.paragraph(content.title, "Title")
    put.paragraph(content.subtitle, "Subtitle")
    if content.draft:
        put.paragraph(content.draft, "Intense Quote")
    for block in content.blocks:
        put.block(block)
    put.into(section.footer.paragraphs[0], content.foot)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _styles(document: Any, language: str) -> None:
    """Fonts that an office computer has, and the complex-script slots that Word reads for Arabic."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    sizes = {
        "Normal": 10.5,
        "Title": 20,
        "Subtitle": 12,
        "Heading 1": 14,
        "List Bullet": 10.5,
        "List Number": 10.5,
        "Caption": 9,
    }
    for name, size in sizes.items():
        style = document.styles[name]
        style.font.name, style.font.size = "Calibri", Pt(size)
        if name.startswith(("Title", "Heading")):
            style.font.color.rgb = RGBColor(0x0D, 0x59, 0x53)
        properties = style.element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        for slot in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(slot), None)
        fonts.set(qn("w:cs"), "Arial")
        for tag in ("w:szCs",):
            element = OxmlElement(tag)
            element.set(qn("w:val"), str(int(size * 2)))
            properties.append(element)
        if language == "ar":
            bidi = OxmlElement("w:bidi")
            style.element.get_or_add_pPr().append(bidi)


class _Word:
    """Puts blocks into a Word document."""

    def __init__(self, document: Any, language: str, frozen: Frozen) -> None:
        self.document, self.frozen = document, frozen
        self.rtl = language == "ar"

    def block(self, block: Block) -> None:
        makers: Mapping[type, Callable[[Any], None]] = {
            Heading: lambda b: self.paragraph(b.text, "Heading 1"),
            Paragraph: lambda b: self.paragraph(b.text, "Caption" if b.quiet else "Normal"),
            Items: self._items,
            Pairs: lambda b: self._table([], b.rows, (1, 3)),
            Table: lambda b: self._table(b.columns, b.rows, b.widths),
            Picture: self._picture,
        }
        makers[type(block)](block)

    def paragraph(self, text: str, style: str) -> Any:
        return self.into(self.document.add_paragraph(style=style), text)

    def into(self, paragraph: Any, text: str) -> Any:
        """Words into a paragraph, each run marked for the direction of its own script."""
        from docx.oxml import OxmlElement

        if self.rtl:
            properties = paragraph._p.get_or_add_pPr()
            if properties.find(_tag("w:bidi")) is None:
                properties.append(OxmlElement("w:bidi"))
        for run_text, is_arabic in runs_of(text, self.rtl):
            run = paragraph.add_run(run_text)
            if is_arabic:
                run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))
        return paragraph

    def _items(self, block: Items) -> None:
        # Numbers are typed: Word would go on counting from the list before.
        for number, item in enumerate(block.items, 1):
            self.paragraph(f"{number}. {item}" if block.ordered else item, "Normal" if block.ordered else "List Bullet")

    def _table(self, columns: Any, rows: Any, widths: tuple[int, ...]) -> None:
        from docx.enum.table import WD_TABLE_DIRECTION
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Cm

        table = self.document.add_table(rows=0, cols=len(widths), style="Table Grid")
        if self.rtl:
            table.table_direction = WD_TABLE_DIRECTION.RTL
        for is_head, row in [(True, columns)] * bool(columns) + [(False, row) for row in rows]:
            cells = table.add_row()
            if is_head:
                header = OxmlElement("w:tblHeader")
                header.set(qn("w:val"), "true")
                cells._tr.get_or_add_trPr().append(header)
            for cell, text, width in zip(cells.cells, row, widths, strict=True):
                cell.width = Cm(16.6 * width / sum(widths))
                paragraph = self.into(cell.paragraphs[0], text)
                for run in paragraph.runs:
                    run.bold = is_head or None
        self.document.add_paragraph(style="Caption")

    def _picture(self, block: Picture) -> None:
        from docx.shared import Cm

        picture = self.document.add_picture(io.BytesIO(small_picture(_bytes_of(block, self.frozen))), width=Cm(16))
        picture._inline.docPr.set("descr", block.alt)
        if block.caption:
            self.paragraph(block.caption, "Caption")


def _tag(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def runs_of(text: str, rtl: bool) -> list[tuple[str, bool]]:
    """The text cut where its script changes; what belongs to neither script goes with what stands before it.

    >>> runs_of("ICVA تقرير 3", rtl=True)
    [('ICVA ', False), ('تقرير 3', True)]
    """
    runs: list[tuple[str, bool]] = []
    for letter in text:
        is_arabic = "\u0600" <= letter <= "\u06ff" or "\u0750" <= letter <= "\u08ff" or "\ufb50" <= letter <= "\ufefc"
        neutral = not letter.isalpha()
        direction = (runs[-1][1] if runs else rtl) if neutral else is_arabic
        if runs and runs[-1][1] == direction:
            runs[-1] = (runs[-1][0] + letter, direction)
        else:
            runs.append((letter, direction))
    return runs
