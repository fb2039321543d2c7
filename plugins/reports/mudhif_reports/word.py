"""Lays a report out as a Word document, by python-docx: every look in a style, Arabic from right to left.

Word reads Arabic letters by other properties than Latin ones: `w:rtl` on the run, and size, weight and font from the
complex-script slots. python-docx writes none of them, and Word asks for its elements in the order of the schema.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .content import Block, Content, Heading, Items, Pairs, Paragraph, Picture, Table

LINE_CM = 16.6
INK, QUIET, MARSH, RULE, HEAD, WARNING, WARNING_GROUND = (
    "13211F", "4A5954", "0D5953", "C9CFC4", "F0EFE6", "7D5000", "FCEFCF",
)  # fmt: skip
# name: size, colour, bold, space before, space after
_LOOKS: Mapping[str, tuple[float, str, bool, float, float]] = {
    "Normal": (10.5, INK, False, 0, 5),
    "Title": (20, INK, True, 0, 2),
    "Subtitle": (12, QUIET, False, 0, 10),
    "Heading 1": (13, MARSH, True, 16, 5),
    "List Bullet": (10.5, INK, False, 0, 3),
    "List Number": (10.5, INK, False, 0, 3),
    "Caption": (9, QUIET, False, 4, 6),
    "Footer": (8, QUIET, False, 0, 0),
    "Draft": (9.5, WARNING, True, 0, 8),
    "In a table": (9.5, INK, False, 2, 2),
}
# The order of the schema, as far as we write its elements.
_ORDER = {
    "w:pPr": ("w:pStyle", "w:keepNext", "w:keepLines", "w:numPr", "w:pBdr", "w:shd", "w:tabs", "w:bidi", "w:spacing",
              "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr"),
    "w:rPr": ("w:rStyle", "w:rFonts", "w:b", "w:bCs", "w:i", "w:iCs", "w:color", "w:spacing", "w:kern", "w:sz",
              "w:szCs", "w:u", "w:shd", "w:rtl", "w:cs", "w:lang"),
    "w:tblPr": ("w:tblStyle", "w:bidiVisual", "w:tblW", "w:jc", "w:tblBorders", "w:tblLayout", "w:tblCellMar",
                "w:tblLook"),
    "w:trPr": ("w:cantSplit", "w:trHeight", "w:tblHeader"),
    "w:tcPr": ("w:tcW", "w:shd", "w:vAlign"),
}  # fmt: skip


def to_docx(content: Content) -> bytes:
    """A Word document of a report's blocks, right to left in Arabic."""
    from docx import Document
    from docx.shared import Cm

    document: Any = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    rtl = content.language == "ar"
    _set_styles(document, rtl)
    properties = document.core_properties
    properties.title = f"{content.title}: {content.subtitle}"
    properties.author, properties.comments, properties.language = content.organiser, "", content.language
    put = _Word(document, rtl)
    put.paragraph(content.title, "Title")
    put.paragraph(content.subtitle, "Subtitle")
    if content.draft:
        put.paragraph(content.draft, "Draft")
    for block in content.blocks:
        put.block(block)
    put.footer(section.footer.paragraphs[0], content.foot)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


# --- styles -----------------------------------------------------------------------------------------------------------


def _set_styles(document: Any, rtl: bool) -> None:
    """Fonts that an office computer has, in both of the slots that Word reads."""
    from docx.enum.style import WD_STYLE_TYPE

    there = {style.name for style in document.styles}
    for name, look in _LOOKS.items():
        style = document.styles[name] if name in there else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _set_style(style, *look)
        if rtl:
            _put(style.element.get_or_add_pPr(), "w:bidi")
        if name == "Draft":
            _put(style.element.get_or_add_pPr(), "w:shd", val="clear", color="auto", fill=WARNING_GROUND)
    document.styles["Heading 1"].paragraph_format.keep_with_next = True


def _set_style(style: Any, size: float, colour: str, bold: bool, before: float, after: float) -> None:
    from docx.shared import Pt

    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), 1.12
    look = style.element.get_or_add_rPr()
    for old in list(look):
        look.remove(old)
    _put(look, "w:rFonts", ascii="Calibri", hAnsi="Calibri", cs="Arial", eastAsia="Calibri")
    for tag in ("w:b", "w:bCs"):
        _put(look, tag, val="1" if bold else "0")
    _put(look, "w:color", val=colour)
    for tag in ("w:sz", "w:szCs"):
        _put(look, tag, val=str(round(size * 2)))
    _put(look, "w:lang", val="en-GB", bidi="ar-IQ")
    for border in style.element.get_or_add_pPr().findall(_name("w:pBdr")):
        border.getparent().remove(border)


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))


def _put(parent: Any, tag: str, **attributes: str) -> Any:
    """An element in its place among its siblings, instead of one of the same name."""
    from docx.oxml import OxmlElement

    for old in parent.findall(_name(tag)):
        parent.remove(old)
    element: Any = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(_name(f"w:{name}"), value)
    order = _ORDER.get(f"w:{parent.tag.rpartition('}')[2]}", ())
    after = {_name(later) for later in order[order.index(tag) + 1 :]} if tag in order else set()
    following = next((child for child in parent if child.tag in after), None)
    if following is None:
        parent.append(element)
    else:
        following.addprevious(element)
    return element


# --- blocks -----------------------------------------------------------------------------------------------------------


class _Word:
    """Puts blocks into a Word document."""

    def __init__(self, document: Any, rtl: bool) -> None:
        self.document, self.rtl = document, rtl

    def block(self, block: Block) -> None:
        makers: Mapping[type, Callable[[Any], object]] = {
            Heading: lambda b: self.paragraph(b.text, "Heading 1"),
            Paragraph: lambda b: self.paragraph(b.text, "Caption" if b.quiet else "Normal"),
            Items: self._items,
            Pairs: lambda b: self._table((), b.rows, (1, 3)),
            Table: lambda b: self._table(b.columns, b.rows, b.widths, b.numbers, b.tall),
            Picture: self._picture,
        }
        makers[type(block)](block)

    def paragraph(self, text: str, style: str) -> Any:
        return self.into(self.document.add_paragraph(style=style), text)

    def into(self, paragraph: Any, text: str, *, bold: bool = False) -> Any:
        """Words into a paragraph, each run marked for the direction of its own script."""
        if self.rtl:
            _put(paragraph._p.get_or_add_pPr(), "w:bidi")
        for words, is_arabic in runs_of(text, self.rtl):
            run = paragraph.add_run(words)
            if bold:
                for tag in ("w:b", "w:bCs"):
                    _put(run._r.get_or_add_rPr(), tag)
            if is_arabic:
                _put(run._r.get_or_add_rPr(), "w:rtl")
        return paragraph

    def footer(self, paragraph: Any, text: str) -> None:
        """The foot of every page, with its number."""
        from docx.enum.text import WD_TAB_ALIGNMENT
        from docx.shared import Cm

        self.into(paragraph, text)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(LINE_CM), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run("\t")
        for before, field in (("", "PAGE"), (" / ", "NUMPAGES")):
            paragraph.add_run(before)
            _field(paragraph, field).append(paragraph.add_run("1")._r)

    def _items(self, block: Items) -> None:
        from docx.shared import Cm

        # Numbers are typed: Word would go on counting from the list before.
        for number, item in enumerate(block.items, 1):
            made = self.paragraph(f"{number}. {item}" if block.ordered else item,
                                  "Normal" if block.ordered else "List Bullet")  # fmt: skip
            if block.ordered:
                made.paragraph_format.left_indent = Cm(0.6)
                made.paragraph_format.first_line_indent = Cm(-0.6)

    def _table(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: tuple[int, ...],
        numbers: tuple[int, ...] = (),
        tall: bool = False,
    ) -> None:
        from docx.shared import Cm

        table = self.document.add_table(rows=0, cols=len(widths), style="Table Grid")
        shares = [Cm(LINE_CM * width / sum(widths)) for width in widths]
        _set_table(table, self.rtl)
        for column, share in zip(table.columns, shares, strict=True):
            column.width = share
        lines = [(True, columns)] * bool(columns) + [(False, row) for row in rows]
        for is_head, line in lines:
            row = table.add_row()
            marks = row._tr.get_or_add_trPr()
            _put(marks, "w:cantSplit")
            if is_head:
                _put(marks, "w:tblHeader")
            elif tall:
                _put(marks, "w:trHeight", val="560", hRule="atLeast")
            for at, (cell, text, share) in enumerate(zip(row.cells, line, shares, strict=True)):
                cell.width = share
                paragraph = cell.paragraphs[0]
                paragraph.style = "In a table"
                self.into(paragraph, text, bold=is_head or (not columns and at == 0))
                if is_head:
                    _put(cell._tc.get_or_add_tcPr(), "w:shd", val="clear", color="auto", fill=HEAD)
                if at in numbers:
                    _put(paragraph._p.get_or_add_pPr(), "w:jc", val="end")
        self.document.add_paragraph(style="Caption")

    def _picture(self, block: Picture) -> None:
        from docx.shared import Cm

        picture = self.document.add_picture(io.BytesIO(block.photo.jpeg), width=Cm(block.photo.width_cm))
        picture._inline.docPr.set("descr", block.alt)
        holder = self.document.paragraphs[-1]
        holder.paragraph_format.keep_with_next = bool(block.caption) or None
        if self.rtl:
            _put(holder._p.get_or_add_pPr(), "w:bidi")
        if block.caption:
            self.paragraph(block.caption, "Caption")


def _field(paragraph: Any, instruction: str) -> Any:
    """A field that Word counts itself; it holds its last value as a run."""
    from docx.oxml import OxmlElement

    element: Any = OxmlElement("w:fldSimple")
    element.set(_name("w:instr"), instruction)
    paragraph._p.append(element)
    return element


def _set_table(table: Any, rtl: bool) -> None:
    look = table._tbl.tblPr
    if rtl:
        _put(look, "w:bidiVisual")
    borders = _put(look, "w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        if side in ("left", "right", "insideV"):
            _put(borders, f"w:{side}", val="nil")
        else:
            _put(borders, f"w:{side}", val="single", sz="4", space="0", color=RULE)
    _put(look, "w:tblLayout", type="fixed")


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
