"""ICVA's activity report: a donor pack, handed over by one hook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mudhif.plugin_api import hookimpl, lazy_gettext

if TYPE_CHECKING:
    from mudhif_reports import Format

MUDHIF_API = "1.0"
MUDHIF_TITLE = lazy_gettext("ICVA activity report")
MUDHIF_SUMMARY = lazy_gettext("A report format: the activity report in the form that ICVA asks for.")


@hookimpl(optionalhook=True)
def mudhif_report_formats() -> list[Format]:
    from mudhif_reports.packs import load_pack

    return [load_pack(Path(__file__).parent / "pack")]
