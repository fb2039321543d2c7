"""The guest file that comes back: as it was sent, with what is wrong with each row in a column in front."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from mudhif.i18n import N_, _
from mudhif.services.guest_import import ImportPlan

TITLE = N_("To be put right")
PERHAPS_ROW = N_("Perhaps the same person as in row %(row)s: %(name)s")
PERHAPS_GUEST = N_("Perhaps a guest who is there already: %(name)s")


def corrections_file(plan: ImportPlan) -> bytes:
    """The whole table as an .xlsx, which can be put right and imported again: nobody is doubled by it.

    Every cell is text, so that no phone loses its zero and nothing is a formula; wrong cells are marked.
    """
    import xlsxwriter

    sentences = _sentences(plan)
    wrong = {(error.row, error.problem.field) for error in plan.errors}
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet(_("Guests"))
        bold, marked = book.add_format({"bold": True}), book.add_format({"bg_color": "#fbe3df"})
        said = book.add_format({"font_color": "#a12018", "text_wrap": True})
        for index, title in enumerate([_(TITLE), *(column.header or column.letter for column in plan.table.columns)]):
            sheet.write_string(0, index, title, bold)
        for number, row in enumerate(plan.table.rows, start=1):
            sheet.write_string(number, 0, "\n".join(sentences.get(row.number, ())), said)
            for index, cell in enumerate(row.cells):
                field = plan.table.columns[index].field
                _write(sheet, number, index + 1, cell, marked if (row.number, field) in wrong else None)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 48)
        sheet.set_column(1, len(plan.table.columns), 18)
    return file.getvalue()


def _write(sheet: Any, row: int, column: int, text: str, format: Any) -> None:
    if text:
        sheet.write_string(row, column, text, format)
    elif format is not None:
        sheet.write_blank(row, column, None, format)


def _sentences(plan: ImportPlan) -> Mapping[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for error in plan.errors:
        found[error.row].append(f"{error.cell}: {error.problem}" if error.cell else str(error.problem))
    for pair in plan.duplicates:
        name = pair.known.get("name") or ""
        sentence = _(PERHAPS_ROW, row=pair.same_row, name=name) if pair.same_row else _(PERHAPS_GUEST, name=name)
        found[pair.row].append(f"{sentence} ({', '.join(_(word) for word in pair.why)})")
    return found
