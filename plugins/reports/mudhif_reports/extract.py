"""Runs in a process of its own: the lines of a .docx or .pdf as JSON on standard output.

Run by path, so it imports nothing of ours; what a foreign file does to it ends with it. A paragraph is one line.
Source: ECMA-376 part 1, section 17 (w:sdt, w:ins, w:del); read by hand because python-docx loses content controls.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

MAX_BYTES = 64 * 1024 * 1024
MAX_PAGES = 200
MAX_MEMORY = 1024 * 1024 * 1024
MAX_SECONDS = 20
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SKIPPED = {W + "del", W + "moveFrom", W + "instrText", W + "delText", W + "pPr", W + "rPr", W + "sdtPr"}
SKIPPED.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
MIN_WIDTH = 40
BEGINS_ANEW = re.compile(r"\s*(?:$|[\u2022\u25cf\u25aa*-]|\(?\d{1,2}[.):]|[^:.]{2,40}:)")
PICTURE = {"{http://schemas.openxmlformats.org/drawingml/2006/main}blip", "{urn:schemas-microsoft-com:vml}imagedata"}


class Problem(Exception):
    """Why a file cannot be read, as one word."""


def main(path: str, kind: str) -> dict[str, Any]:
    """What stands in the file: lines as [text, is a heading by style], pictures, links, and a problem or null."""
    limit_memory()
    try:
        return {"problem": None, **(read_docx(path) if kind == "docx" else read_pdf(path))}
    except Problem as problem:
        return {"problem": str(problem)}
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, RuntimeError, OSError):
        return {"problem": "broken"}
    except MemoryError:
        return {"problem": "too-large"}


def limit_memory() -> None:
    """Bound memory and processor time where the system can (everywhere but on Windows)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))


# --- docx -------------------------------------------------------------------------------------------------------------


def read_docx(path: str) -> dict[str, Any]:
    """Body, text boxes and notes of a Word file; inserted text is in, deleted text is not."""
    with zipfile.ZipFile(path) as package:
        names = set(package.namelist())
        if "word/document.xml" not in names:
            raise Problem("locked" if "EncryptedPackage" in names else "not-word")
        if sum(info.file_size for info in package.infolist()) > MAX_BYTES * 4:
            raise Problem("too-large")
        headings = heading_styles(part(package, "word/styles.xml")) if "word/styles.xml" in names else set()
        body = part(package, "word/document.xml")
        lines = list(docx_lines(body, headings))
        for note in ("word/footnotes.xml", "word/endnotes.xml"):
            if note in names:
                lines.extend(docx_lines(part(package, note), set()))
        pictures = sum(1 for element in body.iter() if element.tag in PICTURE)
        links = sum(1 for _ in body.iter(W + "hyperlink"))
    return {"lines": lines, "pictures": pictures, "links": links}


def part(package: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """One part as XML; a document type declaration is refused, it can only be there to do harm."""
    if package.getinfo(name).file_size > MAX_BYTES:
        raise Problem("too-large")
    data = package.read(name)
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
        raise Problem("broken")
    return ElementTree.fromstring(data)


def heading_styles(styles: ElementTree.Element) -> set[str]:
    """The ids of the styles that make a paragraph a heading, by name (ids are translated by Word) or by level."""
    found = set()
    for style in styles.iter(W + "style"):
        name = style.find(W + "name")
        named = name is not None and re.match(r"(heading \d|title$)", name.get(W + "val", ""), re.I)
        if named or style.find(f"{W}pPr/{W}outlineLvl") is not None:
            found.add(style.get(W + "styleId", ""))
    return found


def docx_lines(root: ElementTree.Element, headings: set[str]) -> Iterator[tuple[str, bool]]:
    """Paragraphs and table rows in order; the cells of a row are parted by tabs, as a label from its value."""
    for element in root:
        if element.tag in SKIPPED:
            continue
        if element.tag == W + "p":
            yield from paragraph(element, headings)
        elif element.tag == W + "tbl":
            for row in element.iter(W + "tr"):
                cells = [" ".join(cell_texts(cell)) for cell in children(row, W + "tc")]
                yield "\t".join(cell.strip() for cell in cells), False
        else:
            yield from docx_lines(element, headings)


def children(element: ElementTree.Element, tag: str) -> Iterator[ElementTree.Element]:
    """Cells of a row, also those that lie in content controls."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in SKIPPED:
            yield from children(child, tag)


def cell_texts(cell: ElementTree.Element) -> Iterator[str]:
    for text, _ in docx_lines(cell, set()):
        if text.strip():
            yield text.replace("\t", " ")


def paragraph(element: ElementTree.Element, headings: set[str]) -> Iterator[tuple[str, bool]]:
    """A paragraph's lines (parted by line breaks), then those of the text boxes anchored in it."""
    style = element.find(f"{W}pPr/{W}pStyle")
    level = element.find(f"{W}pPr/{W}outlineLvl")
    is_heading = level is not None or (style is not None and style.get(W + "val") in headings)
    boxes: list[ElementTree.Element] = []
    text = "".join(run_text(element, boxes))
    is_list = element.find(f"{W}pPr/{W}numPr") is not None and not is_heading
    is_heading = is_heading or is_bold(element, text)
    for number, line in enumerate(text.split("\n")):
        yield (
            ("\u2022 " + line if is_list and number == 0 and line.strip() else line),
            is_heading and bool(line.strip()),
        )
    for box in boxes:
        yield from docx_lines(box, headings)


def is_bold(element: ElementTree.Element, text: str) -> bool:
    """Whether a short paragraph is bold throughout, which is how most headings are made."""
    runs = [run for run in element.iter(W + "r") if "".join(run_text(run, [])).strip()]
    if not runs or len(text.split()) > 8 or ":" in text.strip()[:-1] or any(char.isdigit() for char in text):
        return False
    return all(run.find(f"{W}rPr/{W}b") is not None or run.find(f"{W}rPr/{W}bCs") is not None for run in runs)


def run_text(element: ElementTree.Element, boxes: list[ElementTree.Element]) -> Iterator[str]:
    for child in element:
        if child.tag in SKIPPED:
            continue
        if child.tag == W + "t":
            yield child.text or ""
        elif child.tag in (W + "tab", W + "ptab"):
            yield "\t"
        elif child.tag in (W + "br", W + "cr"):
            yield "\n"
        elif child.tag == W + "noBreakHyphen":
            yield "-"
        elif child.tag == W + "txbxContent":
            boxes.append(child)
        else:
            yield from run_text(child, boxes)


# --- pdf --------------------------------------------------------------------------------------------------------------


def read_pdf(path: str) -> dict[str, Any]:
    """The text of a PDF in the order in which a browser copies it; wrapped lines are joined again."""
    with open(path, "rb") as file:  # noqa: PTH123 - nothing but what it needs is imported here
        data = file.read()
    pages, pictures, is_right_to_left = pdf_pages(data)
    if is_right_to_left:
        # Pdfium then turns the words of Latin lines round; read as if it were left to right, they stand as they should.
        other = pdf_pages(
            data.replace(b"/Direction/R2L", b"/Direction/L2R").replace(b"/Direction /R2L", b"/Direction /L2R")
        )
        pages = [[*map(in_order, page, turned)] for page, turned in zip(pages, other[0], strict=True)]
    lines = [(line, False) for page in pages for line in joined(page)]
    if not any(text.strip() for text, _ in lines):
        raise Problem("scan")
    return {"lines": lines, "pictures": pictures, "links": 0}


def pdf_pages(data: bytes) -> tuple[list[list[str]], int, bool]:
    """The lines of each page, the number of pictures, and whether the document says that it reads from the right."""
    import ctypes

    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise Problem("locked" if "assword" in str(error) else "broken") from error
    with document:
        if len(document) > MAX_PAGES:
            raise Problem("too-many-pages")
        direction = ctypes.create_string_buffer(8)
        pdfium.raw.FPDF_VIEWERREF_GetName(document, b"Direction", direction, 8)
        pages, pictures = [], 0
        for page in document:
            text = page.get_textpage().get_text_bounded()
            text = re.sub("[\u0002\ufffe]\r?\n?", "", text)  # pdfium's marks for a hyphen at the end of a line
            pages.append(re.split(r"\r\n|\r|\n", text))
            pictures += sum(1 for _ in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE]))
    return pages, pictures, direction.value == b"R2L"


def in_order(line: str, turned: str) -> str:
    """A line of a document that reads from the right: Arabic as it is, Latin words in their own order."""
    if not re.search("[\u0620-\u06ff]", line):
        return turned
    return re.sub(r"[A-Za-z][\w'&-]*(?: [A-Za-z][\w'&-]*)+", lambda run: " ".join(run.group().split(" ")[::-1]), line)


def joined(lines: list[str]) -> Iterator[str]:
    """Paragraphs out of the lines of one page: a line that fills the page and ends no sentence goes on in the next."""
    widest = max((len(line) for line in lines), default=0)
    paragraph = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        paragraph = f"{paragraph.rstrip()} {line.strip()}" if paragraph else line
        is_full = widest >= MIN_WIDTH and len(line.strip()) >= widest * 0.75
        if not is_full or re.search(r"[.:!?؟|]\W*$", line) or BEGINS_ANEW.match(following):
            yield paragraph
            paragraph = ""
    if paragraph:
        yield paragraph


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2])))
