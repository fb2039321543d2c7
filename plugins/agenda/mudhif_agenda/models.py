"""The tables of the agenda: items that are edited, and presses of the timer that happened."""

from __future__ import annotations

from mudhif.plugin_api import Boolean, Fact, Integer, Json, Moment, Record, Ref, Text


class Item(Record):
    """One line of an event's agenda. Times are minutes of its day on the event's wall clock, so that an event that is
    moved takes its agenda along; `end_minute` may pass midnight."""

    event = Ref("event")
    position = Integer(default=0)
    day = Integer(default=1)  # of the event, from 1
    start_minute = Integer(null=True)
    end_minute = Integer(null=True)
    end_given = Boolean(default=False)  # written, and not only where the next one begins
    duration_seconds = Integer(null=True)
    title = Text(default="")
    kind = Text(default="session")  # session, break, meal, ceremony, discussion, other
    speakers = Json(default="[]")
    description = Text(null=True)
    hard = Boolean(default=False)  # begins at its time, also when the others are ahead
    second_start = Integer(null=True)  # a second range that the line gave, for somebody to choose
    second_end = Integer(null=True)
    source_line = Integer(null=True)
    source_text = Text(null=True)

    class Meta:
        table_name = "agenda_item"


class TimerAction(Fact):
    """Something that was pressed, or the laptop's clock being set; see `mudhif_agenda.timer.Action`."""

    event = Ref("event")
    turn = Integer()
    action = Text()
    item = Text(null=True)
    seconds = Integer(null=True)
    text = Text(null=True)
    undoes = Text(null=True)
    at = Moment()

    class Meta:
        table_name = "agenda_timer_action"
