"""What the API takes and gives; the descriptions and examples make its documentation."""

from __future__ import annotations

from typing import Any, cast

from marshmallow import EXCLUDE, Schema, fields, post_dump, validate

from mudhif.i18n import N_, LazyText

KINDS = ("participant", "guest", "facilitator", "media", "staff")
STATUSES = ("invited", "registered", "waiting", "cancelled")
QUESTION_KINDS = ("text", "number", "choice", "choices", "date", "yes-no")


def _about(description: str, example: Any = None) -> dict[str, Any]:
    return {"description": description} if example is None else {"description": description, "example": example}


class ErrorSchema(Schema):
    """Every answer that is not 2xx."""

    code = fields.String(metadata=_about("One word for programs.", "event-full"))
    message = fields.String(metadata=_about("One sentence for people, in their language."))
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata=_about("What is wrong with which field.", {"name": ["Write the guest's name, in any script."]}),
    )


class ProjectSchema(Schema):
    """A project: a series of events under one title."""

    id = fields.String(metadata=_about("Its id.", "0192b3c4-5d6e-7f80-91a2-b3c4d5e6f708"))
    title = fields.String(metadata=_about("Its title.", "Raise Our Voice"))
    donor = fields.String(allow_none=True, metadata=_about("Who pays for it.", "ICVA"))
    grant_reference = fields.String(allow_none=True, metadata=_about("The donor's reference."))
    aliases = fields.List(fields.String(), metadata=_about("Other spellings of its title."))


class ProjectOfEventSchema(Schema):
    """The project of an event."""

    id = fields.String()
    title = fields.String()


class EventSchema(Schema):
    """An event; times carry the offset of its place."""

    class Meta:
        unknown = EXCLUDE

    id = fields.String(metadata=_about("Its id.", "0192b3c4-5d6e-7f80-91a2-b3c4d5e6f708"))
    code = fields.String(metadata=_about("Its short code.", "dialogue-3"))
    title = fields.String(metadata=_about("Its title.", "Dialogue session on local services"))
    kind = fields.String(allow_none=True, metadata=_about("What kind of event it is.", "dialogue session"))
    ordinal = fields.Integer(allow_none=True, metadata=_about("Its place in the series.", 3))
    start = fields.String(metadata=_about("When it starts.", "2024-03-07T09:00:00+03:00"))
    end = fields.String(metadata=_about("When it ends.", "2024-03-07T13:00:00+03:00"))
    timezone = fields.String(metadata=_about("The time zone of its place.", "Asia/Baghdad"))
    venue = fields.String(allow_none=True, metadata=_about("The hall.", "Ishtar Hall"))
    city = fields.String(allow_none=True, metadata=_about("The city.", "Nasiriyah"))
    governorate = fields.String(allow_none=True)
    district = fields.String(allow_none=True)
    organiser = fields.String(allow_none=True)
    donor = fields.String(allow_none=True)
    capacity = fields.Integer(allow_none=True, metadata=_about("How many places there are; null: not limited.", 40))
    languages = fields.List(fields.String(), metadata=_about("Its languages.", ["en", "ar"]))
    waiting_list = fields.Boolean(metadata=_about("Whether guests can wait when it is full."))
    form_open = fields.Boolean(metadata=_about("Whether guests can register themselves."))
    project = fields.Nested(ProjectOfEventSchema)


class GuestSchema(Schema):
    """One guest's registration, as `mudhif guests list` gives it; plugins add fields of their own."""

    class Meta:
        unknown = EXCLUDE

    id = fields.String(metadata=_about("The registration's id.", "0192b3c4-5d6e-7f80-91a2-b3c4d5e6f708"))
    name = fields.String(allow_none=True, metadata=_about("Null where the person was erased.", "زينب كاظم"))
    sex = fields.String(allow_none=True, metadata=_about("`f`, `m`, or null: not known.", "f"))
    kind = fields.String(metadata=_about("What kind of guest.", "participant"))
    status = fields.String(metadata=_about("Where the registration stands.", "registered"))
    ticket = fields.String(allow_none=True, metadata=_about("The text of the ticket's QR."))
    checked_in = fields.Boolean(allow_none=True, metadata=_about("Null where nothing checks guests in."))
    number = fields.Integer(metadata=_about("Read aloud where a QR does not scan.", 7))
    name_alt = fields.String(allow_none=True, metadata=_about("The name in the other script.", "Zainab Kadhim"))
    organisation = fields.String(allow_none=True)
    role = fields.String(allow_none=True)
    phone = fields.String(allow_none=True, metadata=_about("Left out for those who may not see it."))
    email = fields.String(allow_none=True, metadata=_about("Left out for those who may not see it."))
    person = fields.String(metadata=_about("The person's id."))
    source = fields.String(metadata=_about("Where the registration came from.", "form"))

    @post_dump(pass_original=True)
    def with_columns(self, data: dict[str, Any], original: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Add what plugins know of the guest."""
        return data | {name: value for name, value in original.items() if name not in self.fields}


class GuestFieldsSchema(Schema):
    """What can be said of a guest; each value is read as people write it (`Female`, `أنثى` and `f` are one)."""

    name_alt = fields.String(allow_none=True, metadata=_about("In the other script.", "Zainab Kadhim"))
    sex = fields.String(allow_none=True, metadata=_about("`f` or `m`.", "f"))
    organisation = fields.String(allow_none=True, metadata=_about("Where from."))
    role = fields.String(allow_none=True, metadata=_about("What they do there."))
    stakeholder_group = fields.String(allow_none=True, metadata=_about("As the donor groups people."))
    birth_year = fields.Integer(allow_none=True, metadata=_about("Year of birth.", 1994))
    age_band = fields.String(allow_none=True, metadata=_about("Where the year is not known.", "18-35"))
    disability = fields.String(allow_none=True, metadata=_about("By the Washington Group short set."))
    phone = fields.String(allow_none=True, metadata=_about("Phone.", "0770 123 4567"))
    email = fields.String(allow_none=True, metadata=_about("E-mail address."))
    kind = fields.String(metadata=_about(f"One of: {', '.join(KINDS)}.", "participant"))


class NewGuestSchema(GuestFieldsSchema):
    """A guest to be registered; only the name is needed."""

    name = fields.String(
        required=True,
        error_messages={"required": cast(str, LazyText(N_("Write the guest's name, in any script.")))},
        metadata=_about("Full name as the guest writes it.", "زينب كاظم"),
    )
    answers = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(allow_none=True),
        metadata=_about("Answers to the event's own questions, by the question's id."),
    )


class GuestChangesSchema(GuestFieldsSchema):
    """What is to be changed; what is left out stays, null takes a value away."""

    name = fields.String(metadata=_about("Full name as the guest writes it.", "زينب كاظم"))
    status = fields.String(metadata=_about(f"One of: {', '.join(STATUSES)}.", "cancelled"))


class GuestQuerySchema(Schema):
    """Which guests, and which page of them."""

    class Meta:
        unknown = EXCLUDE

    search = fields.String(load_default=None, metadata=_about("Part of a name in either script, however it is spelt."))
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES), metadata=_about("Only these."))
    kind = fields.String(load_default="", validate=validate.OneOf(KINDS), metadata=_about("Only these."))
    sex = fields.String(
        load_default="",
        validate=validate.OneOf(("f", "m", "none")),
        metadata=_about("Only these; none: those of whom it is not recorded."),
    )
    organisation = fields.String(load_default="", metadata=_about("The whole of it, however it is written."))
    arrived = fields.Boolean(load_default=None, metadata=_about("Whether they came."))
    missing = fields.Boolean(load_default=False, metadata=_about("Only those whose answers are missing."))
    invited = fields.Boolean(load_default=None, metadata=_about("Whether a message was opened for them."))
    sort = fields.String(
        load_default="",
        validate=validate.OneOf(("number", "name", "organisation", "arrived")),
        metadata=_about("By what; without it the best hits first, else the numbers."),
    )
    descending = fields.Boolean(load_default=False, metadata=_about("The other way round."))
    page = fields.Integer(load_default=1, validate=validate.Range(1), metadata=_about("100 a page, from 1."))


TEXTS = {"en": "Will you stay for lunch?", "ar": "هل تبقى للغداء؟"}


class TextsSchema(Schema):
    """A text by language; one is enough."""

    en = fields.String(allow_none=True, validate=validate.Length(max=2000), metadata=_about("In English."))
    ar = fields.String(allow_none=True, validate=validate.Length(max=2000), metadata=_about("In Arabic."))


class OptionSchema(Schema):
    """One answer to choose from."""

    id = fields.String(
        validate=validate.Length(1, 60),
        metadata=_about("Stays when the words change; made where it is left out.", "fish"),
    )
    title = fields.Nested(TextsSchema, required=True, metadata=_about("Its words."))


class ConditionSchema(Schema):
    """At which answers of another question this one is shown."""

    question = fields.String(required=True, metadata=_about("The other question's id."))
    is_ = fields.List(
        fields.Raw(),
        required=True,
        data_key="is",
        attribute="is",
        metadata=_about("Any of these answers: an option's id, true or false, a number, a text.", [True]),
    )


class QuestionFieldsSchema(Schema):
    """What can be said of a question."""

    kind = fields.String(
        validate=validate.OneOf(QUESTION_KINDS), metadata=_about(f"One of: {', '.join(QUESTION_KINDS)}.", "yes-no")
    )
    title = fields.Nested(TextsSchema, metadata=_about("The question, by language.", TEXTS))
    help = fields.Nested(TextsSchema, allow_none=True, metadata=_about("A line under it, by language."))
    options = fields.List(
        fields.Nested(OptionSchema),
        allow_none=True,
        validate=validate.Length(max=100),
        metadata=_about("For `choice` and `choices`."),
    )
    required = fields.Boolean(metadata=_about("Whether the form is refused without an answer."))
    shown_if = fields.Nested(ConditionSchema, allow_none=True, metadata=_about("Null: always shown."))
    asked_at = fields.String(
        validate=validate.OneOf(("form", "checkin")), metadata=_about("On the form, or at the door.", "form")
    )


class QuestionChangesSchema(QuestionFieldsSchema):
    """What is to be changed of a question; what is left out stays."""


class NewQuestionSchema(QuestionFieldsSchema):
    """A question to be asked."""

    class Meta:
        # The fields of a form or of a question as it is given out may be sent back as they are.
        unknown = EXCLUDE

    kind = fields.String(
        required=True,
        validate=validate.OneOf(QUESTION_KINDS),
        metadata=_about(f"One of: {', '.join(QUESTION_KINDS)}.", "yes-no"),
    )
    title = fields.Nested(TextsSchema, required=True, metadata=_about("The question, by language.", TEXTS))


class QuestionSchema(QuestionFieldsSchema):
    """A question of an event."""

    id = fields.String(metadata=_about("Its id; answers go by it.", "0192b3c4-5d6e-7f80-91a2-b3c4d5e6f708"))
    position = fields.Integer(metadata=_about("Its place in the order.", 1))


class OrderSchema(Schema):
    """All questions of the event, each once, in their new order."""

    order = fields.List(fields.String(), required=True, validate=validate.Length(max=200))


class AnswersSchema(Schema):
    """Answers by question: text and dates as text, numbers, true or false, an option's id or a list of them."""

    answers = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(allow_none=True),
        required=True,
        metadata=_about("By the question's id.", {"0192b3c4-5d6e-7f80-91a2-b3c4d5e6f708": True}),
    )


class CopySchema(Schema):
    """Which guest list is taken over."""

    source = fields.String(
        data_key="from", attribute="from", required=True, metadata=_about("The other event.", "dialogue-2")
    )
    status = fields.String(
        load_default="invited",
        validate=validate.OneOf(("invited", "registered")),
        metadata=_about("What they become.", "invited"),
    )
    only_who_came = fields.Boolean(load_default=False, metadata=_about("Only those who arrived."))


class CopiedSchema(Schema):
    """What taking a list over did."""

    added = fields.Integer(metadata=_about("Guests who are new on the list.", 38))
    already = fields.Integer(metadata=_about("Guests who were on it.", 2))
    full = fields.Integer(metadata=_about("Guests for whom no place was left.", 0))
