"""The facts of the door. Who arrived and who is inside is derived from them, never stored."""

from __future__ import annotations

from mudhif.plugin_api import Boolean, Fact, Integer, Json, Moment, Record, Ref, Text


class Scan(Fact):
    """One presentation of a ticket, also a refused one. Its id is the scan id, which the device made that read it.

    ``at`` is that device's clock, shown and never compared; ``turn`` is what orders the scans of one guest.
    """

    # No index: who came is asked by way of the event's registrations, and an index more is a page more in every commit.
    event = Ref("event", index=False)
    registration = Ref("registration", null=True)  # null where the ticket names nobody of this event
    direction = Text(default="in")
    outcome = Text()
    reason = Text(null=True)
    at = Moment()
    device = Text(null=True)  # the name that the next desk is told
    by = Text(null=True)  # the id of the account or token behind it
    gate = Text(null=True)
    item = Text(null=True)  # of the agenda, where the door of one was meant; no reference: another plugin's table
    forced = Boolean(default=False)
    forced_reason = Text(null=True)  # why it was let in against the rules, in a word
    first_scan = Text(null=True)  # of an "already": the check-in that was shown
    turn = Integer(default=0)
    shown = Text(null=True)  # the outcome that a device showed which had to judge by itself …
    now = Text(null=True)  # … and the laptop's, when that scan reached it: `outcome` is what stands of the two
    late = Boolean(default=False)  # handed in by a device that had been revoked, or whose time was up
    code = Text(null=True)  # a digest of what was read: tells two presentations of one unknown code, and nothing else

    class Meta:
        table_name = "checkin_scan"
        version = 1
        subject = "registration.person"


class Undo(Fact):
    """A check-in or check-out taken back. The scan stays: it happened."""

    event = Ref("event")
    registration = Ref("registration")
    scan = Text(index=True)  # no reference: an exchange may bring this before the scan itself
    reason = Text(null=True)
    at = Moment()
    device = Text(null=True)
    by = Text(null=True)

    class Meta:
        table_name = "checkin_undo"
        version = 1
        subject = "registration.person"


class Gate(Record):
    """A way in, and who may use it. Phones stand at it by its name."""

    event = Ref("event")
    name = Text()
    kinds = Json(default="[]")  # none: all
    item = Text(null=True)  # of the agenda: whoever comes in here comes to it

    class Meta:
        table_name = "checkin_gate"
        version = 1


class Note(Record):
    """What the volunteer at the door should know of a guest: a need of diet or access, a guest of honour."""

    event = Ref("event")
    registration = Ref("registration")
    flag = Text(null=True)
    text = Text(null=True)

    class Meta:
        table_name = "checkin_note"
        version = 1
        subject = "registration.person"
        personal = ("flag", "text")


class Decision(Fact):
    """What somebody decided of a case of the door; the last one on a case counts."""

    event = Ref("event")
    case = Text(index=True)  # its id, as the page of cases has it
    choice = Text()
    size = Integer(default=1)  # how much there was of it: where there is more, it is open again
    at = Moment()
    by = Text(null=True)
    name = Text(null=True)

    class Meta:
        table_name = "checkin_decision"
        version = 1
