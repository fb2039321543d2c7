"""What the overview says of the report before it is written."""

from __future__ import annotations

import pytest

from mudhif.storage.store import write
from mudhif_reports import mudhif_doctor


@pytest.mark.parametrize(("donor", "ok"), [("ICVA", True), ("icva", True), ("Another Donor", False), ("CVA", False)])
def test_whether_the_donor_has_a_format_here_is_said(event, donor, ok):
    named = write(lambda tx: tx.update(event, donor=donor))
    (line,) = [line for line in mudhif_doctor(event=named) if line.name == "report.format"]
    assert line.ok is ok and donor in line.text and bool(line.remedy) is not ok


def test_without_a_donor_no_format_is_missing(event):
    assert [line.name for line in mudhif_doctor(event=event)] == ["report"]
