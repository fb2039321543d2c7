"""Layouts of badges as data: TOML files beside the drawing ``badges.typ``, and an organisation's own in its instance.

``instance/layouts/NAME.toml`` is a layout NAME, also in place of a shipped one; a ``NAME.typ`` beside it draws it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from mudhif.domain.errors import BadInput
from mudhif.i18n import N_, _
from mudhif.storage.store import current

PARTS = ("logo", "event", "other", "organisation", "number", "qr", "kind")
"""What a badge may show beside the name: the organisation's logo, the event's title and day, the name in the other
script, where the guest is from, the guest's number, the ticket, the band with the kind."""

KINDS = ("participant", "guest", "facilitator", "media", "staff", "other")
DRAWING = "badges.typ"
COLOURS = "colours.toml"
LEAST_MM, MOST_MM = 20, 1200
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class WrongLayout(BadInput):
    """A layout's file says what cannot be printed."""

    code = "wrong-layout"
    message = N_("This layout of badges cannot be used: %(what)s")

    def __init__(self, file: Path | str, sentences: list[str]) -> None:
        said = [f"{file}: {sentence}" for sentence in sentences]
        super().__init__(fields={"layout": said}, what=" ".join(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """Of a band and of what stands on it, each ``#rrggbb``."""

    fill: str
    ink: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How badges look and how they lie on a page. All lengths are millimetres."""

    name: str
    title: Mapping[str, str]
    weight: int
    page_width_mm: float
    page_height_mm: float
    margin_mm: float
    gap_mm: float
    width_mm: float
    height_mm: float
    fold: bool
    name_pt: float
    show: Mapping[str, bool]
    colours: Mapping[str, Colour]
    line: str
    drawing: str = ""

    @property
    def columns(self) -> int:
        """How many fit side by side."""
        return _fitting(self.page_width_mm - 2 * self.margin_mm, self.width_mm, self.gap_mm)

    @property
    def rows(self) -> int:
        """How many fit one below the other."""
        return _fitting(self.page_height_mm - 2 * self.margin_mm, self.height_mm, self.gap_mm)

    @property
    def per_page(self) -> int:
        """How many lie on a page."""
        return self.columns * self.rows

    def title_in(self, language: str) -> str:
        """What it is called."""
        return self.title.get(language) or next(iter(self.title.values()))


class Layouts(NamedTuple):
    """All that can be printed with, lightest first, and a sentence for each file that cannot."""

    usable: tuple[Layout, ...]
    wrong: tuple[str, ...]


def find_layout(name: str) -> Layout:
    """A layout by its name.

    Raises:
        WrongLayout: its file cannot be used.
        BadInput: there is none of this name.
    """
    found = _sources().get(name)
    if found is None:
        names = ", ".join(layout.name for layout in all_layouts().usable)
        raise BadInput(fields={"layout": [_("There is no layout of this name. There are: %(names)s.", names=names)]})
    return _read(found)


def all_layouts() -> Layouts:
    """The shipped layouts and the organisation's own."""
    usable, wrong = [], []
    for source in _sources().values():
        try:
            usable.append(_read(source))
        except WrongLayout as error:
            wrong += error.errors["layout"]
    return Layouts(tuple(sorted(usable, key=lambda layout: (layout.weight, layout.name))), tuple(wrong))


@lru_cache(maxsize=1)
def kind_colours() -> tuple[Mapping[str, Colour], str]:
    """The colours by kind where a layout has no others, and that of lines."""
    table = tomllib.loads(_shipped().joinpath(COLOURS).read_text(encoding="utf-8"))
    return {kind: Colour(**table[kind]) for kind in KINDS}, table["line"]


# ------------------------------------------------------------------------------------------------------------- files


class _Source(NamedTuple):
    name: str
    file: str
    content: bytes
    drawing: str


def _shipped() -> Any:
    return files("mudhif.services") / "layouts"


@lru_cache(maxsize=1)
def _shipped_sources() -> dict[str, _Source]:
    named = [(entry.name.removesuffix(".toml"), entry) for entry in _shipped().iterdir() if entry.name != COLOURS]
    return {name: _Source(name, e.name, e.read_bytes(), "") for name, e in named if e.name.endswith(".toml")}


def _sources() -> dict[str, _Source]:
    return _shipped_sources() | {source.name: source for source in _own_sources()}


def _own_sources() -> Iterator[_Source]:
    try:
        instance = current().instance
    except RuntimeError:  # nothing is open: a layout is tried without a database
        return
    folder = instance.root / "layouts" if instance is not None else None
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.glob("*.toml")):
        drawing = path.with_suffix(".typ")
        words = drawing.read_text(encoding="utf-8", errors="replace") if drawing.is_file() else ""
        yield _Source(path.stem, f"layouts/{path.name}", path.read_bytes(), words)


def _read(source: _Source) -> Layout:
    if not _NAME.fullmatch(source.name):
        said = _("The name of a layout's file has small Latin letters, digits and dashes, such as my-badge.toml.")
        raise WrongLayout(source.file, [said])
    try:
        table = tomllib.loads(source.content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongLayout(source.file, [_("This is no TOML: %(why)s", why=error)]) from error
    judge = _Judge(table)
    layout = _judged(source, judge)
    judge.leave_nothing()
    if judge.wrong:
        raise WrongLayout(source.file, judge.wrong)
    return layout


def _judged(source: _Source, judge: _Judge) -> Layout:
    page_width, page_height = judge.length("page.width"), judge.length("page.height")
    width, height = judge.length("badge.width"), judge.length("badge.height")
    made = Layout(
        name=source.name,
        title=judge.title(source.name),
        weight=int(judge.number("weight", 90, 0, 1000)),
        page_width_mm=page_width,
        page_height_mm=page_height,
        margin_mm=judge.number("page.margin", 0, 0, 100),
        gap_mm=judge.number("page.gap", 0, 0, 100),
        width_mm=width,
        height_mm=height,
        fold=judge.yes_or_no("badge.fold", False),
        name_pt=judge.number("text.name", 24, 8, 300),
        show={part: judge.yes_or_no(f"show.{part}", True) for part in PARTS},
        colours=judge.colours(),
        line=judge.colour("colours.line", kind_colours()[1]),
        drawing=source.drawing,
    )
    for key, place, size in (("width", page_width, width), ("height", page_height, height)):
        if not judge.wrong and size + 2 * made.margin_mm > place:
            judge.say(
                f"badge.{key}",
                _("%(size)g mm and both margins do not fit on a page of %(page)g mm.", size=size, page=place),
            )
    return made if not judge.wrong else replace(made, margin_mm=0)


class _Judge:
    """Takes a file's values out one after the other, and says what is wrong with each."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.left = table
        self.wrong: list[str] = []

    def say(self, key: str, sentence: str) -> None:
        self.wrong.append(f"{key}: {sentence}")

    def take(self, key: str, default: Any = None) -> Any:
        *tables, last = key.split(".")
        table: Any = self.left
        for name in tables:
            table = table.get(name, {})
            if not isinstance(table, dict):
                return default
        return table.pop(last, default)

    def number(self, key: str, default: float | None, least: float, most: float) -> float:
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.say(key, _("Write a number from %(least)g to %(most)g.", least=least, most=most))
            return least
        return value

    def length(self, key: str) -> float:
        return self.number(key, None, LEAST_MM, MOST_MM)

    def yes_or_no(self, key: str, default: bool) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            self.say(key, _("Write true or false."))
            return default
        return value

    def colour(self, key: str, default: str) -> str:
        value = self.take(key, default)
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            self.say(key, _("Write a colour as six hexadecimal digits, such as “#0d5953”."))
            return default
        return value.lower()

    def colours(self) -> dict[str, Colour]:
        return {
            kind: Colour(
                fill=self.colour(f"colours.{kind}.fill", usual.fill), ink=self.colour(f"colours.{kind}.ink", usual.ink)
            )
            for kind, usual in kind_colours()[0].items()
        }

    def title(self, name: str) -> dict[str, str]:
        value = self.take("title", name)
        if isinstance(value, str):
            value = {"en": value}
        if not isinstance(value, dict) or not value or not all(isinstance(words, str) for words in value.values()):
            self.say("title", _("Write a text, or one for each language, such as { en = “…”, ar = “…” }."))
            return {"en": name}
        return value

    def leave_nothing(self) -> None:
        """A key that is not known is most often one that was mistyped."""
        known = {
            "page": ("width", "height", "margin", "gap"),
            "badge": ("width", "height", "fold"),
            "show": PARTS,
            "text": ("name",),
            "colours": ("line", *KINDS),
        }
        for key, value in self.left.items():
            if key not in known:
                words = ", ".join(("title", "weight", *known))
                self.say(key, _("This is not known. There are: %(names)s.", names=words))
            elif not isinstance(value, dict):
                self.say(key, _("This is a table: write [%(name)s] on a line of its own.", name=key))
            else:
                for own in [own for own, rest in value.items() if rest != {}]:
                    if key == "colours" and own in KINDS:
                        said = _("Write fill and ink, such as { fill = “#0d5953”, ink = “#ffffff” }.")
                    else:
                        said = _("This is not known. There are: %(names)s.", names=", ".join(known[key]))
                    self.say(f"{key}.{own}", said)


def _fitting(place: float, size: float, gap: float) -> int:
    """How many of a size fit into a place. A hundredth of a millimetre more is forgiven: so wrong is a sum of these.

    >>> _fitting(297, 148.5, 0), _fitting(210, 90, 0), _fitting(210, 100, 15)
    (2, 2, 1)
    """
    return max(1, int((place + gap + 0.01) // (size + gap)))
