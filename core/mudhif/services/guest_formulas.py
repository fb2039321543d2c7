"""Formulas of a workbook whose values it does not hold: what a program wrote that never calculated them.

The reader of workbooks shows them as empty cells, and a guest whose name is one would be missed without a word.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from xml.etree import ElementTree

UNVALUED = "\x00formula"
"""Stands in a grid for the missing value; no text of a file can be this."""

MAX_FOUND = 100_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# A formula that gives an empty text has the type "str": that one was calculated.
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?![^>]*t="str")[^>]*><f[^>]*?(?:/>|>[^<]*</f>)(?:<v ?/>|<v></v>)?</c>'
)


def formulas_without_values(data: bytes) -> dict[str, list[tuple[int, int]]]:
    """Where they stand, by sheet: (row, column), from 0. Nothing is found in what is no .xlsx."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: _in_sheet(archive.read(part)) for name, part in _parts(archive).items()}
    # NotImplementedError: what zipfile raises at a way of packing that it does not know.
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, ValueError, OSError, NotImplementedError):
        return {}


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The file inside the archive in which each sheet lies."""
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    found = {sheet.get("name", ""): targets.get(sheet.get(_LINKED), "") for sheet in sheets}
    return {name: posixpath.normpath(posixpath.join("/xl", target))[1:] for name, target in found.items() if target}


def _in_sheet(xml: bytes) -> list[tuple[int, int]]:
    if b"<f" not in xml:
        return []
    found = []
    for match in _CELL.finditer(xml):
        column = 0
        for letter in match.group(1):
            column = column * 26 + letter - 64
        found.append((int(match.group(2)) - 1, column - 1))
        if len(found) == MAX_FOUND:
            break
    return found
