"""The values that plugins hand to the core, and the few that the core hands to them.

All are frozen: what a hook returned does not change behind anybody's back. Sentences and titles may be lazy
translations (`lazy_gettext`); where a value is made once at load (Permission), they have to be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal
from zipfile import ZipFile

Section = Literal["before", "day", "after", "laptop"]
"""The four groups of the menu: Before, On the day, After, This laptop."""

State = Literal["on", "off", "failed"]
"""What becomes of a plugin: it runs; somebody switched it off; it could not be loaded or was paused."""

Source = Literal["bundled", "instance"]
"""Where a plugin lies: beside the core in the same environment, or in the installation's own folder."""


class Place(StrEnum):
    """Where panels are shown, and what `subject` then is.

    ====================  =====================================================================
    ``HOME``              the first page; no subject (None)
    ``EVENT``             an event's overview; the Event
    ``DEVICES``           the coordinator's page of an event's devices; the Event
    ``PRINTS``            what is printed for an event: badges and the poster; the Event
    ``PERSON``            a person's page; the Person
    ``TICKET``            the page of a guest's ticket, on the guest's own phone; the Registration
    ``POSTER_DONE``       what a guest sees after the form at the poster; the Registration
    ====================  =====================================================================
    """

    HOME = "home"
    EVENT = "event"
    DEVICES = "devices"
    PRINTS = "prints"
    PERSON = "person"
    TICKET = "ticket"
    POSTER_DONE = "poster-done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who asks: a signed-in person, a paired device or a token. A guest has no id, no name and no permission."""

    id: str | None
    name: str | None
    role: str | None
    permissions: frozenset[str] = frozenset()
    event: str | None = None
    """The id of the one event that this account is confined to; None: all events."""

    def may(self, permission: str) -> bool:
        """Whether this one holds a permission, such as ``guests.edit``."""
        return permission in self.permissions


NOBODY = Who(id=None, name=None, role=None)
"""A visitor who has not signed in: a guest at the poster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One line of the menu. It is shown to those who hold `permission`; None: to everybody signed in."""

    title: str
    url: str
    permission: str | None
    section: Section
    icon: str = "arch"
    """The id of a symbol in the sprite of icons."""
    weight: int = 50
    """Lightest first within a section; the core's own lie at 10, 20, 30 …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A box on somebody else's page: a template of the plugin, rendered with `context`."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    weight: int = 50
    """Lightest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One more column of the guest list and of its exports.

    `values` is called once for all rows of a page: it takes registration ids and returns what it knows of them;
    an id that is missing in the answer has an empty cell. Values are strings, integers, None, or booleans, which are
    drawn as marks. `of_event`, if given, is called with an event's id and says by one query what the list is sorted and
    filtered by: for ``checked_in`` the moment of each guest who arrived.
    """

    id: str
    title: str
    values: Callable[[Sequence[str]], Mapping[str, Any]]
    of_event: Callable[[str], Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Something that may be allowed: ``buses.edit``. `roles` are those that hold it from the start."""

    id: str
    title: str
    roles: frozenset[str] | Sequence[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One way to settle a case: a button that posts to `url`."""

    id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a person must settle: one ticket at two doors, two values for one field."""

    id: str
    """The same for the same case at every call, so that *Later* can be remembered."""
    sentence: str
    values: Sequence[str] = ()
    """What stands against each other, in the order of `choices` where those choose between them."""
    who: Sequence[str] = ()
    """Who or what brought each value: a person's name, a device, another laptop."""
    effect: str | None = None
    """What hangs on it, in words: "donor report: 41 or 42 people"."""
    choices: Sequence[Choice] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an examination: good, or what to do."""

    name: str
    """A short word, unique within the plugin: ``queue``, ``certificate``."""
    ok: bool
    text: str
    remedy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What a file from a stick says of itself, before anybody says yes to it."""

    name: str
    """Lower-case letters, digits, ``_`` and ``-``; it names the folder and every later command."""
    title: str
    version: str
    adds: Sequence[str] = ()
    """What it brings, one short phrase each."""
    publisher: str | None = None
    runs_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageKind:
    """A kind of file, beside wheels, that ``mudhif plugins install`` takes: a donor pack is one.

    The host looks after the file: it checks sizes, names and hashes, unpacks, keeps versions, goes back. The kind
    knows what is inside. A function that takes a folder is given the unpacked file; it writes nothing in it.
    """

    id: str
    detects: Callable[[ZipFile], bool]
    """Whether the zip is of this kind; looks at the names inside, unpacks nothing."""
    describe: Callable[[Path], Package]
    """What it is. Raises a MudhifError (BadFile) with a sentence when it cannot tell."""
    check: Callable[[Path], Sequence[Mapping[str, Any]]]
    """Findings, each with `rule`, `severity`, `where`, `message` and `values`; an error forbids installing."""
    activate: Callable[[Path], object]
    """A plugin object: one whose methods are marked with `hookimpl`. It answers hooks as a Python plugin does."""
    deactivate: Callable[[object], None]
    """Lets go of what `activate` returned, when the host closes or the pack is switched off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInfo:
    """A plugin as the page *Plugins* and ``mudhif plugins list`` show it."""

    name: str
    title: str
    version: str
    source: Source
    state: State
    error: str | None = None
    """A sentence: why it failed, or, while it is on, what it last failed at."""
    hooks: Sequence[str] = ()
    """The hooks it implements, without their prefix, sorted."""
    adds: Sequence[str] = ()
    """What it brings, one short phrase each."""
    paused: bool = False
    """Failed while running: three times in a row at one hook. Everything else of Mudhif goes on."""
    kind: str = "python"
    """``python``, or the id of its package kind."""
    summary: str = ""
    """One sentence by its author."""
    former: str | None = None
    """The version that ``rollback`` would return to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One value that one plugin gave to a call."""

    plugin: str
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A function that a plugin declared for one kind of change (`reactions`, `live`); call it like the function."""

    plugin: str
    run: Callable[..., Any]

    def __call__(self, *arguments: Any) -> Any:
        try:
            return self.run(*arguments)
        except SystemExit as error:  # else it would pass every `except Exception` and end the server
            raise RuntimeError("it tried to end Mudhif") from error
