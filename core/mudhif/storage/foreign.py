"""What a line of a journal looks like. One may come from anywhere, and whatever is taken stays for good."""

from __future__ import annotations

import json
import re
from typing import Any

from mudhif.storage.apply import Tables
from mudhif.storage.journal import COLUMNS

#: Each change raises the tick by one, so no honest one is greater; a greater one would leave no number for the next.
MAX_TICK = 1 << 48
MAX_INTEGER = (1 << 63) - 1
MAX_TEXT = 1 << 24

_KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*/[1-9][0-9]{0,3}")
_CHANGE_ID = re.compile(r"[^:]{1,64}:[1-9][0-9]{0,14}")
_STREAM = re.compile(r"[^:\s]{1,64}")
_SALT = re.compile("[0-9a-f]{32}")


def is_line(line: Any) -> bool:
    """Whether this can be a line of a journal; whether its hash is right is another question."""
    if not isinstance(line, dict) or not line.keys() >= {*COLUMNS}:
        return False
    texts = [line[name] for name in ("stream", "actor", "kind", "row", "body", "hash")]
    perhaps = [line["event"], line["subject"], line["sealed"], line.get("salt"), line.get("private")]
    return (
        all(_is_text(text) for text in texts)
        and all(text is None or _is_text(text) for text in perhaps)
        and _STREAM.fullmatch(line["stream"]) is not None
        and _is_number(line["seq"], 1, MAX_TICK)
        and _is_number(line["tick"], 1, MAX_TICK)
        and _is_number(line["at"], 0, MAX_INTEGER)
        and _KIND.fullmatch(line["kind"]) is not None
        and _is_body(line["body"])
        and _is_private(line.get("salt"), line.get("private"))
    )


def can_be_erased(tables: Tables, line: dict[str, Any]) -> bool:
    """Whether what is personal in a line is sealed, and under the person whose it is: else it would stay for good."""
    name, _, version = line["kind"].rpartition("/")
    model = tables.models.get(name)
    if model is None or int(version) != model._meta.version:
        return True
    fields, path = json.loads(line["body"])["f"], model._meta.subject
    if any(fields.get(personal) is not None for personal in model._meta.personal):
        return False
    if path == "id":
        return bool(line["subject"] == line["row"])
    return path not in fields or bool(line["subject"] == fields[path])


def is_stream(stream: Any) -> bool:
    """Whether this can be (id, installation, label, opened_at)."""
    return (
        isinstance(stream, list | tuple)
        and len(stream) == 4
        and all(map(_is_text, stream[:3]))
        and _is_number(stream[3], 0, MAX_INTEGER)
    )


def _is_text(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a pair: no database takes it
        return False
    return True


def _is_number(value: Any, least: int, greatest: int) -> bool:
    return type(value) is int and least <= value <= greatest


def _is_body(text: str) -> bool:
    body = _opened(text)
    if body is None or not _are_fields(body.get("f")) or not isinstance(body.get("r"), dict):
        return False
    heads = body["r"].values()
    return all(
        isinstance(ids, list) and all(isinstance(i, str) and _CHANGE_ID.fullmatch(i) for i in ids) for ids in heads
    )


def _is_private(salt: str | None, text: str | None) -> bool:
    if salt is None or text is None:
        return salt is text
    return _SALT.fullmatch(salt) is not None and _are_fields(_opened(text))


def _are_fields(fields: Any) -> bool:
    return isinstance(fields, dict) and all(
        value is None or isinstance(value, bool) or _is_text(value) or _is_number(value, -MAX_INTEGER, MAX_INTEGER)
        for value in fields.values()
    )


def _opened(text: str) -> dict[str, Any] | None:
    try:
        opened = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return opened if isinstance(opened, dict) else None
