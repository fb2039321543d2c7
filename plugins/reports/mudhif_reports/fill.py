"""Runs in a process of its own: fills a donor's own template, a Word file with ``[[fields]]``.

Standard input is one line of JSON (what to fill in), then the template; standard output the document, or a line of JSON
that says why there is none. Nothing in a template is code here: a field is a name in square brackets, and no more.
"""

from __future__ import annotations

import copy
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 40
MAX_UNPACKED = 60 * 1024 * 1024
FIELD = re.compile(r"\[\[\s*([a-z][a-z0-9_.-]*)\s*\]\]", re.IGNORECASE)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
# What a donor's template has no need of, and what could reach out of the document or run.
FORBIDDEN = ("vbaProject", "activeX", "embeddings/", "oleObject")
REACHING_OUT = re.compile(rb'TargetMode\s*=\s*"External"(?![^>]*hyperlink)|\bDDE(AUTO)?\b', re.IGNORECASE)


class Unfillable(Exception):
    """A template that cannot be filled: ``why`` is a word, ``what`` the place."""

    def __init__(self, why: str, what: str = "") -> None:
        super().__init__(why)
        self.why, self.what = why, what


def main() -> None:
    """Fill the template on standard input."""
    sys.dont_write_bytecode = True
    _limit()
    head, _newline, template = sys.stdin.buffer.read().partition(b"\n")
    job = json.loads(head)
    try:
        made = fill_docx(template, job["values"], job["lists"])
    except Unfillable as error:
        sys.stdout.buffer.write(json.dumps({"why": error.why, "what": error.what}).encode())
        sys.exit(3)
    sys.stdout.buffer.write(made)


def _limit() -> None:
    """Memory and time; Windows has the time limit of the parent alone."""
    try:
        import resource
    except ImportError:
        return
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(limit, (value, value))


# --- Word -------------------------------------------------------------------------------------------------------------


def fields_of(template: bytes) -> set[str]:
    """The names in square brackets of a Word template.

    Raises:
        Unfillable: it is no Word document, too large, or holds what could run or reach out.
    """
    return {
        name.lower()
        for _part, tree in _trees(_opened(template))
        for p in _paragraphs(tree)
        for name in FIELD.findall(_text(p))
    }


def fill_docx(template: bytes, values: Mapping[str, str], lists: Mapping[str, Sequence[Mapping[str, str]]]) -> bytes:
    """The Word file with its fields filled; all its other parts stay as they are, byte for byte.

    A row of a table that names fields of a list (``[[agenda.title]]``) is repeated for each of its lines. A paragraph
    that is one field alone becomes as many paragraphs as its text has lines.

    Raises:
        Unfillable: as `fields_of`, or it names a field that there is not.
    """
    from lxml import etree

    archive = _opened(template)
    filled = {}
    for part, tree in _trees(archive):
        for row in list(tree.iter(_w("tr"))):
            _repeat(row, lists)
        for paragraph in list(_paragraphs(tree)):
            _fill_paragraph(paragraph, values)
        filled[part] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for info in archive.infolist():
            out.writestr(info, filled.get(info.filename, archive.read(info.filename)))
    return target.getvalue()


def _opened(template: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(template))
        names = archive.namelist()
    except zipfile.BadZipFile:
        raise Unfillable("not-word") from None
    if "word/document.xml" not in names:
        raise Unfillable("not-word")
    if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
        raise Unfillable("too-large")
    for name in names:
        if any(word in name for word in FORBIDDEN):
            raise Unfillable("runs-code", name)
        if name.endswith(".rels") and _reaches_out(archive.read(name)):
            raise Unfillable("reaches-out", name)
        if PARTS.fullmatch(name) and re.search(rb"\bDDE(AUTO)?\b", archive.read(name)):
            raise Unfillable("runs-code", name)
    return archive


def _reaches_out(relations: bytes) -> bool:
    from lxml import etree

    tree = etree.fromstring(relations, _parser())
    return any(r.get("TargetMode") == "External" and not str(r.get("Type")).endswith("/hyperlink") for r in tree)


def _parser() -> Any:
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _trees(archive: zipfile.ZipFile) -> Iterator[tuple[str, Any]]:
    from lxml import etree

    for name in archive.namelist():
        if PARTS.fullmatch(name):
            try:
                yield name, etree.fromstring(archive.read(name), _parser())
            except etree.XMLSyntaxError:
                raise Unfillable("not-word", name) from None


def _w(tag: str) -> str:
    return f"{{{WORD}}}{tag}"


def _paragraphs(tree: Any) -> Iterator[Any]:
    yield from tree.iter(_w("p"))


def _texts(paragraph: Any) -> list[Any]:
    return list(paragraph.iter(_w("t")))


def _text(paragraph: Any) -> str:
    return "".join(t.text or "" for t in _texts(paragraph))


def _repeat(row: Any, lists: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    named = {name.lower() for paragraph in _paragraphs(row) for name in FIELD.findall(_text(paragraph))}
    owner = next((name.partition(".")[0] for name in named if name.partition(".")[0] in lists), None)
    if owner is None:
        return
    for line in lists[owner]:
        fresh = copy.deepcopy(row)
        row.addprevious(fresh)
        for paragraph in list(_paragraphs(fresh)):
            _fill_paragraph(paragraph, {f"{owner}.{name}": value for name, value in line.items()})
    row.getparent().remove(row)


def _fill_paragraph(paragraph: Any, values: Mapping[str, str]) -> None:
    whole = _text(paragraph)
    if not FIELD.search(whole):
        return

    def value(match: re.Match[str]) -> str:
        name = match[1].lower()
        if name not in values and not name.startswith("text."):
            raise Unfillable("unknown-field", name)
        return values.get(name, "")

    filled = FIELD.sub(value, whole)
    alone = FIELD.fullmatch(whole.strip()) is not None
    if alone and not filled.strip() and paragraph.getnext() is None and _is_paragraph(paragraph.getprevious()):
        # A second line of a cell that has nothing to say would only make its row tall. A cell ends in a paragraph.
        paragraph.getparent().remove(paragraph)
        return
    lines = [line for line in filled.splitlines() if line.strip()] or [""] if alone else [" ".join(filled.splitlines())]
    for line in lines[:-1]:
        fresh = copy.deepcopy(paragraph)
        _set(fresh, line)
        paragraph.addprevious(fresh)
    _set(paragraph, lines[-1])


def _is_paragraph(element: Any) -> bool:
    return element is not None and element.tag == _w("p")


def _set(paragraph: Any, text: str) -> None:
    """The words into the paragraph's first run, in that run's look; Word may have cut a field over several."""
    first, *others = _texts(paragraph)
    first.text = text
    first.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for other in others:
        other.text = ""


if __name__ == "__main__":
    main()
