"""Word files as Word writes them, part by part, for what a donor's form may and may not hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def paragraph(*runs: str, look: str = "") -> str:
    """A paragraph of runs, as Word cuts them; ``look`` goes into the first."""
    looks = [look, *[""] * (len(runs) - 1)]
    made = (
        f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{run}</w:t></w:r>'
        for run, look in zip(runs, looks, strict=True)
    )
    return f"<w:p>{''.join(made)}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    return (
        "<w:tbl>"
        + "".join(f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in row)}</w:tr>" for row in rows)
        + "</w:tbl>"
    )


def word_file(body: str = "", parts: Mapping[str, str | bytes] | None = None, relations: str = "") -> bytes:
    """A Word document with this body, and whatever other parts it is to have."""
    kept: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {NAMESPACE}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (kept | dict(parts or {})).items():
            archive.writestr(name, content)
    return target.getvalue()
