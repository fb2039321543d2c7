"""Lays a report out as PDF, by typst; `word.py` makes a Word file of the same blocks."""

from __future__ import annotations

import json
from dataclasses import fields
from importlib.resources import files
from typing import Any

from mudhif.plugin_api import render_typst

from .content import Block, Content, Picture

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def to_pdf(content: Content) -> bytes:
    """A tagged PDF (PDF/UA-1) of a report's blocks."""
    pictures: dict[str, bytes | str] = {}
    blocks = [_for_typst(block, pictures) for block in content.blocks]
    data: dict[str, Any] = {
        name: getattr(content, name) for name in ("title", "subtitle", "language", "foot", "draft", "organiser")
    }
    source = (files(__package__ or "mudhif_reports") / "layouts" / "report.typ").read_text(encoding="utf-8")
    return render_typst(source, {"data.json": json.dumps(data | {"blocks": blocks}, ensure_ascii=False), **pictures})


def _for_typst(block: Block, pictures: dict[str, bytes | str]) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    if isinstance(block, Picture):
        name = f"picture-{len(pictures) + 1}.jpg"
        pictures[name] = block.photo.jpeg
        return {"type": kind, "file": name, "width": block.photo.width_cm, "alt": block.alt, "caption": block.caption}
    return {"type": kind} | {field.name: getattr(block, field.name) for field in fields(block)}
