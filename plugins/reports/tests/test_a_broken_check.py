"""A rule that raises costs only itself, and the reader is told."""

from __future__ import annotations

from mudhif_reports.checking import check_document
from mudhif_reports.checks import CHECKS
from mudhif_reports.claims import read_claims
from mudhif_reports.documents import document_of
from mudhif_reports.hookspecs import Check

TEXT = "Total number of participants: 15, Male: 8, Female: 6\n"


def break_down(claims):
    raise RuntimeError("oh")


BROKEN = Check(
    id="broken", severity="error", reads=("participants",), explains="Nothing.", example=TEXT, run=break_down
)  # fmt: skip


def test_a_check_that_raises_is_named_and_all_others_run():
    def asker(hook, **arguments):
        return {
            "report_claims": lambda: read_claims(arguments["document"]),
            "report_checks": lambda: [BROKEN, *CHECKS],
        }[hook]()

    findings = check_document(document_of(TEXT, "x.txt"), asker=asker).findings
    told = {finding.rule: finding for finding in findings}
    assert told["check-failed"].severity == "warning"
    assert "broken" in told["check-failed"].message
    assert "total-differs" in told
