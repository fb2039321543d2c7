"""The core's tables. Journaled ones have no unique index but the primary key: two laptops apart may each make a row,
and a merge must be able to hold both; what should be unique and is not is a case for a person."""

from __future__ import annotations

from peewee import CompositeKey, Model

from mudhif.storage.model import Boolean, Fact, Integer, Json, Local, Moment, Record, Ref, Text


class Project(Record):
    """What a donor pays for: a series of events under one title, and the spellings under which it is known."""

    title = Text()
    donor = Text(null=True)
    grant_reference = Text(null=True)
    aliases = Json(default="[]")


class Event(Record):
    """One gathering with a time and a place."""

    project = Ref("project")
    code = Text(index=True)
    ordinal = Integer(null=True)
    kind = Text(null=True)
    title = Text()
    starts = Moment()
    ends = Moment()
    timezone = Text(default="Asia/Baghdad")
    venue = Text(null=True)
    city = Text(null=True)
    governorate = Text(null=True)
    district = Text(null=True)
    organiser = Text(null=True)
    donor = Text(null=True)
    capacity = Integer(null=True)
    languages = Json(default='["en","ar"]')
    wifi_name = Text(null=True)
    wifi_password = Text(null=True)
    waiting_list = Boolean(default=False)
    form_open = Boolean(default=True)


class Person(Record):
    """A human being, known from one event or several."""

    name = Text(null=True)
    name_alt = Text(null=True)  # the same name in the other script
    sex = Text(null=True)  # "f", "m", or unknown
    birth_year = Integer(null=True)
    age_band = Text(null=True)
    disability = Text(null=True)
    organisation = Text(null=True)
    role = Text(null=True)
    stakeholder_group = Text(null=True)
    phone = Text(null=True)
    phone_e164 = Text(null=True, index=True)
    email = Text(null=True, index=True)
    consents = Json(null=True)
    merged_into = Ref("person", null=True)

    class Meta:
        subject = "id"
        # Sex and age band stay when a person is erased: the donor's count remains true.
        personal = (
            "name",
            "name_alt",
            "birth_year",
            "disability",
            "organisation",
            "role",
            "phone",
            "phone_e164",
            "email",
            "consents",
        )


class Registration(Record):
    """One person's place in one event."""

    event = Ref("event")
    person = Ref("person")
    kind = Text(default="participant")  # participant, guest, facilitator, media, staff
    status = Text(default="registered")  # invited, registered, waiting, cancelled
    source = Text(default="desk")  # import, desk, form, api
    number = Integer()  # read aloud at the desk when a QR will not scan
    serial = Integer(default=1)  # raised by a re-issue of the ticket
    answers = Json(null=True)
    made = Moment()

    class Meta:
        subject = "person"
        personal = ("answers",)
        indexes = ((("event", "number"), False),)


class Invitation(Fact):
    """A message was opened for a guest, to be sent; whether it was, nobody here knows."""

    registration = Ref("registration")
    channel = Text()  # whatsapp, mail
    at = Moment()

    class Meta:
        subject = "registration.person"


class BadgePrint(Fact):
    """One badge was printed, alone at the desk or with many others."""

    registration = Ref("registration")
    at = Moment()
    layout = Text(null=True)
    device = Text(null=True)  # or the account's name
    by = Text(null=True)

    class Meta:
        table_name = "badge_print"
        subject = "registration.person"


class PersonMerge(Record):
    """One record of a person joined to another by somebody who knew that both are one; taking it back needs both."""

    kept = Ref("person")
    other = Ref("person")
    before = Json(null=True)  # what stood in the kept one's fields that the merge changed
    after = Json(null=True)  # what it put there
    made = Moment()
    undone = Moment(null=True)

    class Meta:
        table_name = "person_merge"
        subject = "kept"
        personal = ("before", "after")


class NotSamePerson(Record):
    """Two people who look like one and are two, so that nobody is asked again; its id is made from theirs."""

    one = Ref("person")
    other = Ref("person")

    class Meta:
        table_name = "not_same_person"


class Question(Record):
    """One question that an event asks of its own; the answers lie in `Registration.answers`, by the question's id."""

    event = Ref("event")
    asked_at = Text(default="form")  # form (and desk), checkin (at the door)
    position = Integer()
    kind = Text()  # text, number, choice, choices, date, yes-no
    title = Json()  # by language
    help = Json(null=True)
    options = Json(null=True)  # [{"id": …, "title": by language}]
    required = Boolean(default=False)
    shown_if = Json(null=True)  # {"question": id, "is": [values]}

    class Meta:
        table_name = "core_question"


class TicketKey(Fact):
    """A public key with which tickets can be verified; the private one never leaves its installation."""

    key_id = Text(index=True)
    public = Text()

    class Meta:
        table_name = "ticket_key"


class Account(Record):
    """Somebody who may sign in; the password lies in `Credential`, which is local."""

    name = Text()
    role = Text()
    event = Ref("event", null=True)


class Device(Record):
    """A phone or a display that was paired: what it may be, where, and until when. Its token is local."""

    name = Text()
    role = Text()
    event = Ref("event")
    gates = Json(default="[]")
    expires = Moment()
    revoked = Moment(null=True)


class Setting(Record):
    """One setting of an event or, without one, of the installation; its id is made from the three names."""

    event = Ref("event", null=True)
    plugin = Text()
    name = Text()
    value = Json(null=True)


class Ticket(Local):
    """A ticket that was issued here, by its whole text: what stands here needs no signature check."""

    text = Text(primary_key=True)
    registration = Text(index=True)
    event = Text()
    serial = Integer()


class Credential(Local):
    """An account's password, hashed by argon2."""

    account = Text(primary_key=True)
    hash = Text()


class Token(Local):
    """An API token; of the token itself only its SHA-256 is kept."""

    hash = Text(primary_key=True)
    id = Text(unique=True)
    name = Text()
    role = Text()
    event = Text(null=True)
    made = Moment()
    revoked = Moment(null=True)


class OnceLink(Local):
    """A link that may be used once; of it only its SHA-256 is kept."""

    hash = Text(primary_key=True)
    purpose = Text()
    expires = Moment()


class DeviceToken(Local):
    """A paired device's token: of it only its SHA-256 is kept, also when the device is revoked (`former_device`)."""

    hash = Text(primary_key=True)
    device = Text(index=True)

    class Meta:
        table_name = "device_token"


class PairingOffer(Local):
    """What a phone becomes that reads the code on the laptop's screen; of the code only its SHA-256 is kept."""

    hash = Text(primary_key=True)
    event = Text(index=True)
    role = Text()
    gates = Json()
    name = Text()
    until = Moment()  # the device's own end
    expires = Moment()  # the offer's
    by = Text(null=True)  # who showed the code
    device = Text(null=True)  # the device that took it

    class Meta:
        table_name = "pairing_offer"


class PrintedPoster(Local):
    """The address on the last poster of an event that was made here, so that a change of it is told."""

    event = Text(primary_key=True)
    address = Text()
    made = Moment()

    class Meta:
        table_name = "printed_poster"


class NameToken(Local):
    """The search index: what each person is looked for by; kinds and rules in `mudhif.storage.search`."""

    token = Text()
    kind = Text()
    person = Text()

    class Meta:
        table_name = "name_token"
        # No row number, and so no third tree: a person has a dozen tokens.
        without_rowid, primary_key = True, CompositeKey("kind", "token", "person")
        indexes = ((("person",), False),)


class Unindexed(Local):
    """A person whom a long list made, and whom the search index takes in soon after; see `mudhif.storage.search`."""

    person = Text(primary_key=True)


class Merged(Local):
    """A person or a registration for which another stands, and which; see `mudhif.storage.merging`."""

    row = Text(primary_key=True)
    kept = Text(index=True)


class ImportedRow(Local):
    """Which row of a guest file made which registration, so that the same row again changes nothing."""

    event = Text()
    fingerprint = Text()
    registration = Text(index=True)

    class Meta:
        table_name = "imported_row"
        indexes = ((("event", "fingerprint"), False),)


class GuestImport(Local):
    """One guest file that was written here, and the lines of the journal that it made (``first`` to ``last``): what
    taking it back needs. No name and no value of a guest stands in it."""

    id = Text(primary_key=True)
    event = Text(index=True)
    file = Text()
    actor = Text()
    made = Moment()
    first = Integer()
    last = Integer()
    created = Integer()
    updated = Integer()
    unchanged = Integer()
    left = Integer()  # rows that stayed out
    undone = Moment(null=True)

    class Meta:
        table_name = "guest_import"


class ColumnMemory(Local):
    """What a person said of the columns of a guest file, for the next file with the same headers."""

    headers = Text(primary_key=True)  # a hash of them
    mapping = Json()
    used = Moment()

    class Meta:
        table_name = "column_memory"


CORE_MODELS: list[type[Model]] = [
    Project,
    Event,
    Person,
    Registration,
    Question,
    Invitation,
    BadgePrint,
    PersonMerge,
    NotSamePerson,
    TicketKey,
    Account,
    Device,
    Setting,
    Ticket,
    Credential,
    Token,
    OnceLink,
    DeviceToken,
    PairingOffer,
    PrintedPoster,
    NameToken,
    Unindexed,
    Merged,
    ImportedRow,
    GuestImport,
    ColumnMemory,
]
