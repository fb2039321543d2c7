"""The tables of reports: the narrative, what was exported, and findings that a person accepted."""

from __future__ import annotations

from mudhif.plugin_api import Fact, Integer, Json, Record, Ref, Text


class Narrative(Record):
    """The text of one section in one language; its id is made of event, section and language, so that two laptops
    that both begin it write one record."""

    event = Ref("event")
    section = Text()
    language = Text(default="en")
    text = Text(null=True)

    class Meta:
        table_name = "reports_narrative"


class Report(Fact):
    """A report that was written: which format, and the figures that stood in it then."""

    event = Ref("event")
    format = Text()
    language = Text()
    media_type = Text()
    figures = Json()  # {id: value}
    errors = Integer(default=0)  # open when it was written

    class Meta:
        table_name = "reports_report"


class Accepted(Fact):
    """Somebody looked at a finding and says why it stands. It holds until the values of the finding change."""

    event = Ref("event")
    rule = Text()
    finding = Text()  # of `accepting.finding_key`
    reason = Text()

    class Meta:
        table_name = "reports_accepted"
