"""What the volunteer at the door is told of a guest beside the outcome: diet, access, a guest of honour."""

from __future__ import annotations

from mudhif.plugin_api import BadInput, NotFound, Registration, Tx, new_id
from mudhif.plugin_api import gettext as _

from .doors import doors
from .models import Note

FLAGS = ("diet", "access", "vip", "other")
LONGEST = 120


def note_of(event: str, registration: str) -> dict[str, str | None] | None:
    """What a volunteer should know of a guest. Nothing is read of the many who have no note."""
    if registration not in doors().of(event).noted:
        return None
    note = Note.select().where(Note.registration == registration, ~Note.deleted).order_by(Note.id.desc()).first()
    if note is None or not (note.flag or note.text):  # erased with the person
        return None
    return {"flag": note.flag, "text": note.text}


def set_note(tx: Tx, event: str, registration: str, flag: str, text: str) -> None:
    """Say what the door should know of a guest; with neither flag nor text the note is taken away.

    Raises:
        NotFound: no guest of this event.
        BadInput: a flag that there is not, or a text too long for a card.
    """
    if Registration.get_or_none(Registration.id == registration, Registration.event == event) is None:
        raise NotFound(name=registration)
    flag, text = flag.strip(), " ".join(text.split())
    if flag and flag not in FLAGS:
        raise BadInput(fields={"flag": [_("There is no such mark.")]})
    if len(text) > LONGEST:
        raise BadInput(
            fields={"text": [_("Write at most %(most)s letters: the card is read in a second.", most=LONGEST)]}
        )
    known = Note.select().where(Note.registration == registration, ~Note.deleted).order_by(Note.id.desc()).first()
    if not flag and not text:
        if known is not None:
            tx.delete(known)
    elif known is not None:
        tx.update(known, flag=flag or None, text=text or None)
    else:
        tx.create(Note, id=new_id(), event=event, registration=registration, flag=flag or None, text=text or None)
