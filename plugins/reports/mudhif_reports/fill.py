"""Runs in a process of its own: fills a donor's own template, a Word file with ``[[fields]]``.

Standard input is one line of JSON (what to fill in; where it is empty, the names of the fields are wanted), then the
template. Standard output is the document, or a line of JSON that says why there is none. Nothing in a template is code
here: a field is a name in square brackets, and no more.
"""

from __future__ import annotations

import copy
import io
import itertools
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mudhif.plugin_api import limit_child

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 40
MAX_UNPACKED = 60 * 1024 * 1024
FIELD = re.compile(r"\[\[\s*([a-z][a-z0-9_.-]*)\s*\]\]", re.IGNORECASE)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml")
# What a donor's template has no need of, and what could reach out of the document or run.
FORBIDDEN = ("vbaProject", "activeX", "embeddings/", "oleObject", "afchunk")
COMMANDS = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|DATABASE)\b", re.IGNORECASE)


class Unfillable(Exception):
    """A template that cannot be filled: ``why`` is a word, ``what`` the place."""

    def __init__(self, why: str, what: str = "") -> None:
        super().__init__(why)
        self.why, self.what = why, what


def main() -> None:
    """Fill the template on standard input."""
    limit_child(MEMORY_BYTES, CPU_SECONDS)
    head, _newline, template = sys.stdin.buffer.read().partition(b"\n")
    job = json.loads(head)
    try:
        if "values" in job:
            made = fill_docx(template, job["values"], job["lists"])
        else:
            made = json.dumps(sorted(fields_of(template))).encode()
    except Unfillable as error:
        sys.stdout.buffer.write(json.dumps({"why": error.why, "what": error.what}).encode())
        sys.exit(3)
    sys.stdout.buffer.write(made)


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

    parts = _opened(template)
    filled = dict(parts)
    for part, tree in _trees(parts):
        for row in list(tree.iter(_w("tr"))):
            _repeat(row, lists)
        for paragraph in list(_paragraphs(tree)):
            _fill_paragraph(paragraph, values)
        filled[part] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in filled.items():
            out.writestr(name, content)
    return target.getvalue()


def _opened(template: bytes) -> dict[str, bytes]:
    """The parts of a Word file by name, in their order."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise Unfillable("too-large")
            # zipfile gives no more of a part than its declared size: what lies about it fails by its checksum.
            parts = {info.filename: archive.read(info) for info in archive.infolist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise Unfillable("not-word") from None
    if "word/document.xml" not in parts:
        raise Unfillable("not-word")
    for name, content in parts.items():
        if any(word in name for word in FORBIDDEN):
            raise Unfillable("runs-code", name)
        if name.endswith(".rels") and _reaches_out(name, content):
            raise Unfillable("reaches-out", name)
    return parts


def _reaches_out(name: str, relations: bytes) -> bool:
    return any(
        r.get("TargetMode") == "External" and not str(r.get("Type")).endswith("/hyperlink")
        for r in _tree(name, relations)
    )


def _tree(name: str, content: bytes) -> Any:
    from lxml import etree

    try:
        return etree.fromstring(content, _parser())
    except etree.XMLSyntaxError:
        raise Unfillable("not-word", name) from None


def _parser() -> Any:
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _trees(parts: Mapping[str, bytes]) -> Iterator[tuple[str, Any]]:
    for name, content in parts.items():
        if PARTS.fullmatch(name):
            tree = _tree(name, content)
            for paragraph in _paragraphs(tree):
                told = "".join(t.text or "" for t in paragraph.iter(_w("instrText")))
                told += " ".join(field.get(_w("instr"), "") for field in paragraph.iter(_w("fldSimple")))
                if found := COMMANDS.search(told):
                    raise Unfillable("runs-code", f"{name}: {found[0]}")
            yield name, tree


def _w(tag: str) -> str:
    return f"{{{WORD}}}{tag}"


def _paragraphs(tree: Any) -> Iterator[Any]:
    yield from tree.iter(_w("p"))


def _texts(paragraph: Any) -> list[Any]:
    """The text elements of a paragraph itself, without those of a text box that hangs in it."""
    return [text for text in paragraph.iter(_w("t")) if next(text.iterancestors(_w("p"))) is paragraph]


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
    fields = list(FIELD.finditer(whole))
    if not fields:
        return
    found = [_value(field[1].lower(), values) for field in fields]
    if len(fields) > 1 or fields[0][0] != whole.strip():
        _replace(paragraph, fields, [" ".join(value.splitlines()) for value in found])
        return
    lines = [line for line in found[0].splitlines() if line.strip()]
    if not lines and _is_last_of_a_cell(paragraph):
        # A second line of a cell that has nothing to say would only make its row tall.
        paragraph.getparent().remove(paragraph)
        return
    for line in lines[:-1]:
        fresh = copy.deepcopy(paragraph)
        paragraph.addprevious(fresh)
        _replace(fresh, fields, [line])
    _replace(paragraph, fields, lines[-1:] or [""])


def _value(name: str, values: Mapping[str, str]) -> str:
    if name not in values and not name.startswith("text."):
        raise Unfillable("unknown-field", name)
    return values.get(name, "")


def _is_last_of_a_cell(paragraph: Any) -> bool:
    """Whether a cell ends in it and has another before it: a cell may not be without one."""
    before = paragraph.getprevious()
    in_a_cell = paragraph.getparent().tag == _w("tc") and paragraph.getnext() is None
    return in_a_cell and before is not None and before.tag == _w("p")


def _replace(paragraph: Any, fields: Sequence[re.Match[str]], words: Sequence[str]) -> None:
    """Words in the place of fields, each in the look of the run where its field begins: Word cuts them into several."""
    texts = _texts(paragraph)
    starts = list(itertools.accumulate((len(text.text or "") for text in texts), initial=0))
    for field, word in reversed(list(zip(fields, words, strict=True))):
        for text, start, end in zip(texts, starts, starts[1:], strict=False):
            if end <= field.start() or start >= field.end():
                continue
            kept = text.text[: field.start() - start] + word if start <= field.start() else ""
            text.text = kept + text.text[min(field.end(), end) - start :]
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


if __name__ == "__main__":
    main()
