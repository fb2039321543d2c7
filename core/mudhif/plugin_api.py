"""All that a plugin may import. What stands in ``__all__`` stays; it is listed with a sentence each in docs/plugins.md.

A name is imported when it is first asked for, so that a plugin's module costs a command only what it uses.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mudhif.cli import Cli
    from mudhif.domain.errors import (
        BadFile,
        BadInput,
        MudhifError,
        NotAllowed,
        NotFound,
        Refused,
        TooMany,
        Unavailable,
    )
    from mudhif.domain.ids import is_id, new_id
    from mudhif.domain.names import fold
    from mudhif.domain.questions import Answered, Asked, in_language, judge_answers, shown
    from mudhif.domain.tickets import Verdict
    from mudhif.i18n import N_, gettext, lazy_gettext, ngettext
    from mudhif.plugins.hookspecs import hookimpl, hookspec
    from mudhif.plugins.host import ask
    from mudhif.plugins.types import (
        Case,
        Choice,
        Column,
        Line,
        Link,
        Package,
        PackageKind,
        Panel,
        Permission,
        Place,
        Who,
    )
    from mudhif.services.badge_layouts import all_layouts, find_layout
    from mudhif.services.badge_prints import note_prints, prints_of
    from mudhif.services.badges import badge_picture
    from mudhif.services.children import ChildFailed, ChildTooSlow, limit_child, run_child
    from mudhif.services.devices import device_gates, device_of, device_report, devices_of, ended_at, why_ended
    from mudhif.services.events import all_events, find_event, local
    from mudhif.services.printing import render_typst
    from mudhif.services.questions import answer, event_questions
    from mudhif.services.registrations import (
        AlreadyOnTheList,
        NewGuest,
        free_places,
        guest_from,
        guest_list,
        register_guest,
    )
    from mudhif.services.series import known_people
    from mudhif.services.settings import event_setting, set_event_setting
    from mudhif.services.tickets import public_keys, read_ticket, ticket_text
    from mudhif.storage.blobs import blob_path, drop_blob, store_blob
    from mudhif.storage.files import put_file
    from mudhif.storage.journal import Change
    from mudhif.storage.merging import (
        all_kept,
        is_holder,
        is_one_of,
        is_registration_of,
        standing_for,
        together,
    )
    from mudhif.storage.model import Boolean, Fact, Integer, Json, Local, Moment, Record, Ref, Text
    from mudhif.storage.models import Account, Event, Person, Project, Registration, Ticket
    from mudhif.storage.search import find_guests
    from mudhif.storage.store import current, write
    from mudhif.storage.writer import Tx
    from mudhif.web.answers import given_answers
    from mudhif.web.auth import current_device, current_event, current_who, former_device, requires
    from mudhif.web.blueprints import api_blueprint, event_pages, pages
    from mudhif.web.live import publish
    from mudhif.web.security import allow_wasm, rate_limited

_HOMES = {
    "mudhif.cli": "Cli",
    "mudhif.domain.errors": "BadFile BadInput MudhifError NotAllowed NotFound Refused TooMany Unavailable",
    "mudhif.domain.ids": "is_id new_id",
    "mudhif.domain.names": "fold",
    "mudhif.domain.questions": "Answered Asked in_language judge_answers shown",
    "mudhif.domain.tickets": "Verdict",
    "mudhif.i18n": "N_ gettext lazy_gettext ngettext",
    "mudhif.plugins.hookspecs": "hookimpl hookspec",
    "mudhif.plugins.host": "ask",
    "mudhif.plugins.types": "Case Choice Column Line Link Package PackageKind Panel Permission Place Who",
    "mudhif.services.badge_layouts": "all_layouts find_layout",
    "mudhif.services.badge_prints": "note_prints prints_of",
    "mudhif.services.badges": "badge_picture",
    "mudhif.services.children": "ChildFailed ChildTooSlow limit_child run_child",
    "mudhif.services.devices": "device_gates device_of device_report devices_of ended_at why_ended",
    "mudhif.services.events": "all_events find_event local",
    "mudhif.services.printing": "render_typst",
    "mudhif.services.questions": "answer event_questions",
    "mudhif.services.registrations": "AlreadyOnTheList NewGuest free_places guest_from guest_list register_guest",
    "mudhif.services.series": "known_people",
    "mudhif.services.settings": "event_setting set_event_setting",
    "mudhif.services.tickets": "public_keys read_ticket ticket_text",
    "mudhif.storage.blobs": "blob_path drop_blob store_blob",
    "mudhif.storage.files": "put_file",
    "mudhif.storage.journal": "Change",
    "mudhif.storage.merging": "all_kept is_holder is_one_of is_registration_of standing_for together",
    "mudhif.storage.model": "Boolean Fact Integer Json Local Moment Record Ref Text",
    "mudhif.storage.models": "Account Event Person Project Registration Ticket",
    "mudhif.storage.search": "find_guests",
    "mudhif.storage.store": "current write",
    "mudhif.storage.writer": "Tx",
    "mudhif.web.answers": "given_answers",
    "mudhif.web.auth": "current_device current_event current_who former_device requires",
    "mudhif.web.blueprints": "api_blueprint event_pages pages",
    "mudhif.web.live": "publish",
    "mudhif.web.security": "allow_wasm rate_limited",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "N_",
    "Account",
    "AlreadyOnTheList",
    "Answered",
    "Asked",
    "BadFile",
    "BadInput",
    "Boolean",
    "Case",
    "Change",
    "ChildFailed",
    "ChildTooSlow",
    "Choice",
    "Cli",
    "Column",
    "Event",
    "Fact",
    "Integer",
    "Json",
    "Line",
    "Link",
    "Local",
    "Moment",
    "MudhifError",
    "NewGuest",
    "NotAllowed",
    "NotFound",
    "Package",
    "PackageKind",
    "Panel",
    "Permission",
    "Person",
    "Place",
    "Project",
    "Record",
    "Ref",
    "Refused",
    "Registration",
    "Text",
    "Ticket",
    "TooMany",
    "Tx",
    "Unavailable",
    "Verdict",
    "Who",
    "all_events",
    "all_kept",
    "all_layouts",
    "allow_wasm",
    "answer",
    "api_blueprint",
    "ask",
    "badge_picture",
    "blob_path",
    "current",
    "current_device",
    "current_event",
    "current_who",
    "device_gates",
    "device_of",
    "device_report",
    "devices_of",
    "drop_blob",
    "ended_at",
    "event_pages",
    "event_questions",
    "event_setting",
    "find_event",
    "find_guests",
    "find_layout",
    "fold",
    "former_device",
    "free_places",
    "gettext",
    "given_answers",
    "guest_from",
    "guest_list",
    "hookimpl",
    "hookspec",
    "in_language",
    "is_holder",
    "is_id",
    "is_one_of",
    "is_registration_of",
    "judge_answers",
    "known_people",
    "lazy_gettext",
    "limit_child",
    "local",
    "new_id",
    "ngettext",
    "note_prints",
    "pages",
    "prints_of",
    "public_keys",
    "publish",
    "put_file",
    "rate_limited",
    "read_ticket",
    "register_guest",
    "render_typst",
    "requires",
    "run_child",
    "set_event_setting",
    "shown",
    "standing_for",
    "store_blob",
    "ticket_text",
    "together",
    "why_ended",
    "write",
]


def __getattr__(name: str) -> Any:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"mudhif.plugin_api has no {name}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME_OF])
