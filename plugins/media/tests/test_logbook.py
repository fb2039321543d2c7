"""Coverage and attachments of an event."""

from __future__ import annotations

from hashlib import sha256

import pytest

from mudhif.plugin_api import BadInput, Person, blob_path, new_id, write
from mudhif_media import mudhif_doctor
from mudhif_media.files import Examined
from mudhif_media.logbook import (
    Description,
    NoAttachment,
    NoCoverage,
    attach,
    attachments_of,
    coverage_of,
    describe_attachment,
    log_coverage,
    read_coverage,
    read_description,
    remove_attachment,
    remove_coverage,
)
from mudhif_media.models import Attachment

PHOTO = Examined(name="group.jpg", content=b"\xff\xd8\xff photo", media_type="image/jpeg", width=4, height=3)


def test_coverage_is_kept_as_it_was_noted(event):
    data = read_coverage(
        {"outlet": "قناة الأهوار", "kind": "tv", "date": "2024-03-07", "headline": "", "duration": "2:30"}
    )
    write(log_coverage, event.id, data)
    (row,) = coverage_of(event.id)
    assert (row.outlet, row.kind, row.date, row.headline, row.duration) == (
        "قناة الأهوار",
        "tv",
        "2024-03-07",
        None,
        150,
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "tv"}, "outlet"),
        ({"outlet": "  ", "kind": "tv"}, "outlet"),
        ({"outlet": "A", "kind": "pigeon"}, "kind"),
        ({"outlet": "A", "kind": "tv", "date": "7.3.2024"}, "date"),
        ({"outlet": "A", "kind": "web", "link": "javascript:alert(1)"}, "link"),
        ({"outlet": "A", "kind": "web", "link": "https://a b"}, "link"),
        ({"outlet": "A", "kind": "tv", "duration": "long"}, "duration"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(given, field):
    with pytest.raises(BadInput) as refused:
        read_coverage(given)
    assert list(refused.value.errors) == [field]
    assert all(sentence.endswith(".") for sentence in refused.value.errors[field])


@pytest.mark.parametrize(("text", "seconds"), [("2:30", 150), ("1:02:03", 3723), ("90", 90), ("0:07", 7)])
def test_a_length_of_time_is_read_as_people_write_it(text, seconds):
    assert read_coverage({"outlet": "A", "kind": "tv", "duration": text})["duration"] == seconds


def test_coverage_without_a_date_stands_last_and_its_date_stays_unknown(event):
    for outlet, date in (("undated", None), ("second", "2024-03-09"), ("first", "2024-03-08")):
        write(log_coverage, event.id, read_coverage({"outlet": outlet, "kind": "web", "date": date}))
    assert [(row.outlet, row.date) for row in coverage_of(event.id)] == [
        ("first", "2024-03-08"), ("second", "2024-03-09"), ("undated", None),
    ]  # fmt: skip


def test_removed_coverage_is_not_listed_and_cannot_be_removed_again(event):
    made = write(log_coverage, event.id, read_coverage({"outlet": "A", "kind": "tv"}))
    write(remove_coverage, event.id, made.id)
    assert coverage_of(event.id) == []
    with pytest.raises(NoCoverage):
        write(remove_coverage, event.id, made.id)


def test_the_same_file_twice_is_one_attachment_and_one_file(event):
    first = write(lambda tx: attach(tx, event, PHOTO))
    again = write(lambda tx: attach(tx, event, PHOTO, Description(caption="other")))
    assert first.id == again.id
    assert first.sha256 == sha256(PHOTO.content).hexdigest()
    assert blob_path(first.sha256).read_bytes() == PHOTO.content
    assert (first.kind, first.consent, first.width) == ("photo", None, 4)


def test_a_kind_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(BadInput, match="signed-list"):
        read_description({"kind": "selfie"})


def test_consent_can_be_given_refused_and_unknown(event):
    made = write(lambda tx: attach(tx, event, PHOTO))
    for consent in (True, False, None):
        write(lambda tx, c=consent: describe_attachment(tx, event.id, made.id, Description(consent=c)))
        assert attachments_of(event.id)[0].consent is consent


def test_an_attachment_of_another_event_cannot_be_reached(event):
    made = write(lambda tx: attach(tx, event, PHOTO))
    with pytest.raises(NoAttachment):
        write(remove_attachment, new_id(), made.id)


def test_removing_an_attachment_names_the_bytes_that_nobody_needs_any_more(event):
    made = write(lambda tx: attach(tx, event, PHOTO))
    assert write(remove_attachment, event.id, made.id) == made.sha256
    assert attachments_of(event.id) == []


def test_erasing_a_person_removes_the_file_that_is_about_them_alone(event):
    person = write(lambda tx: tx.create(Person, name="زينب"))
    made = write(lambda tx: attach(tx, event, PHOTO, Description(caption="زينب"), person=person.id))
    write(lambda tx: tx.erase(person.id))
    assert not blob_path(made.sha256).exists()
    row = Attachment.get_by_id(made.id)
    assert (row.caption, row.file_name) == (None, None)


def test_the_examination_asks_for_consent_and_misses_files(event):
    assert mudhif_doctor(event=event) == []
    made = write(lambda tx: attach(tx, event, PHOTO))
    assert [(line.name, line.ok) for line in mudhif_doctor(event=event)] == [("media.consent", False)]
    write(lambda tx: describe_attachment(tx, event.id, made.id, Description(consent=True)))
    assert [line.ok for line in mudhif_doctor(event=event)] == [True]
    assert [line.ok for line in mudhif_doctor(event=None)] == [True]
    blob_path(made.sha256).unlink()
    assert [(line.name, line.ok) for line in mudhif_doctor(event=None)] == [("media.files", False)]
