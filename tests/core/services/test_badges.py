"""Badges and posters, opened again by other programs: their words found, their codes read and verified."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mudhif.config import Instance
from mudhif.domain.errors import BadInput
from mudhif.domain.tickets import Verdict
from mudhif.services import badges, poster, printing
from mudhif.services.badges import Badge, Heading, badges_pdf, render_badges, ticket_pictures
from mudhif.services.poster import Poster, form_address, poster_pdf, render_poster, wifi_code
from mudhif.services.tickets import read_ticket
from mudhif.storage.models import CORE_MODELS, Event, Person, Project, Registration
from mudhif.storage.store import Store, Tx, use, write

pdfium = pytest.importorskip("pypdfium2")
zxingcpp = pytest.importorskip("zxingcpp")

STARTS = datetime(2024, 3, 7, 6, tzinfo=UTC)
ENDS = datetime(2024, 3, 7, 10, tzinfo=UTC)
PEOPLE = [
    ("زينب كريم الموسوي", "Zainab Karim Al-Mousawi", "f", "participant", "جامعة ذي قار"),
    ("Ammar Saleh", "عمار صالح", "m", "facilitator", "Directorate of Education"),
    ("عبد الرحمن محمد عبد الأمير آل ياسين الحسيني", "Abdulrahman Mohammed Al-Husseini", "m", "guest", "منظمة النجدة"),
    ("لؤي علاء الدين اللامي", None, "m", "media", "قناة الأهوار"),
    ("رُسُل هادي", "Rusul Hadi", "f", "staff", None),
    ("إسراء الإبراهيمي", "Israa Al-Ibrahimi", "f", "participant", "فريق «جسور» التطوعي"),
]
TICKET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 4 + "ABCDEFGHI2345"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(Instance(tmp_path / "instance"), CORE_MODELS)
    use(opened)
    yield opened
    use(None)
    opened.close()


@pytest.fixture
def event(store: Store) -> Event:
    def make(tx: Tx) -> Event:
        project = tx.create(Project, title="Empowering communities")
        made = tx.create(
            Event, project=project, code="third-3", title="Third dialogue session", starts=STARTS, ends=ENDS,
            venue="Ishtar Hall", city="Nasiriyah", wifi_name="Mudhif-Hall", wifi_password="marsh;reed",
        )  # fmt: skip
        for number, (name, other, sex, kind, organisation) in enumerate(PEOPLE * 3, 1):
            person = tx.create(Person, name=name, name_alt=other, sex=sex, organisation=organisation)
            tx.create(Registration, event=made, person=person, kind=kind, number=number, made=STARTS)
        return made

    return write(make)


def words_of(pdf: bytes) -> set[str]:
    document = pdfium.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    return set(unicodedata.normalize("NFC", text).split())


def codes_in(pdf: bytes, *, scale: float = 3) -> list[str]:
    return [
        found.text
        for page in pdfium.PdfDocument(pdf)
        for found in zxingcpp.read_barcodes(page.render(scale=scale).to_pil().convert("L"))
    ]


def test_every_code_on_the_badges_is_a_good_ticket_and_each_guest_has_one(event):
    read = [read_ticket(text, event.id) for text in codes_in(badges_pdf(event))]
    assert [reading.verdict for reading in read] == [Verdict.GOOD] * len(PEOPLE) * 3
    assert {reading.registration for reading in read} == {row.id for row in Registration.select()}


def letters_of(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and c not in "-\ufffe\x02" and unicodedata.category(c) != "Cf")


def test_the_names_in_both_scripts_are_found_again_in_the_pdf(event):
    found = words_of(badges_pdf(event))
    wanted = {word for person in PEOPLE for text in (person[0], person[1], person[4]) if text for word in text.split()}
    wanted |= {"Participant", "مشاركة", "Facilitator", "ميسر", "Team", "فريق"}
    # Guillemets are mirrored in right-to-left lines by every reader of PDFs.
    missing = {word for word in wanted if word not in found and "«" not in word and "»" not in word}
    assert len(missing) <= len(wanted) * 0.01, missing


def test_eight_badges_lie_on_a_sheet_and_the_pdf_is_tagged(event):
    pdf = badges_pdf(event)
    document = pdfium.PdfDocument(pdf)
    assert len(document) == 3
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    assert document.is_tagged()
    assert b"pdfuaid:part" in pdf


def test_a_sheet_for_a_label_printer_has_one_badge_a_page(event):
    guest = Registration.select().where(Registration.number == 2).get()
    document = pdfium.PdfDocument(badges_pdf(event, sheet="single", registrations=[guest.id]))
    assert len(document) == 1
    assert [round(side * 25.4 / 72) for side in document[0].get_size()] == [90, 66]


def test_who_is_cancelled_waiting_or_erased_has_no_badge(event):
    first, second, third, *_ = Registration.select().order_by(Registration.number)
    write(lambda tx: tx.update(first, status="cancelled"))
    write(lambda tx: tx.update(second, status="waiting"))
    write(lambda tx: tx.erase(third.person))
    assert [badge.number for badge in badges.badges_of(event)] == list(range(4, len(PEOPLE) * 3 + 1))
    with pytest.raises(badges.NothingToPrint):
        badges_pdf(event, registrations=[first.id])


def test_an_event_without_guests_says_so(store):
    project = write(lambda tx: tx.create(Project, title="P"))
    empty = write(lambda tx: tx.create(Event, project=project, code="e", title="Empty", starts=STARTS, ends=ENDS))
    with pytest.raises(badges.NoBadges, match="Empty"):
        badges_pdf(empty)


def test_a_layout_that_does_not_exist_is_named_with_those_that_do(event):
    with pytest.raises(BadInput, match="a4, single"):
        badges_pdf(event, sheet="a5")


@pytest.mark.parametrize(
    "name",
    [
        "Bartholomew Featherstonehaugh-Cholmondeley III",
        "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenantragsformular",
        "عبد " * 12 + "الله",
        "Ab " * 60,
        "<b>Robert</b> #\"); \\ $x$ [*]",
    ],
    ids=["hyphenated", "one endless word", "Arabic", "200 characters", "what would be markup"],
)  # fmt: skip
def test_no_name_is_cut_or_leaves_its_badge(name):
    pdf = render_badges(Heading(title="E", when="today"), [Badge(name=name, number=7, ticket=TICKET)], sheet="single")
    page = pdfium.PdfDocument(pdf)[0]
    text = page.get_textpage()
    # A reader of PDFs takes the hyphen at a line's end for one of its own.
    assert letters_of(name) in letters_of(text.get_text_range())
    width, height = page.get_size()
    for left, bottom, right, top in (text.get_charbox(i) for i in range(text.count_chars())):
        assert -1 <= left <= right <= width + 1
        assert -1 <= bottom <= top <= height + 1
    assert codes_in(pdf) == [TICKET]


def test_a_name_that_no_font_can_show_does_not_stop_the_others():
    people = [Badge(name="李明", number=1, ticket=TICKET), Badge(name="Ali", number=2, ticket=TICKET[::-1])]
    pdf = render_badges(Heading(title="E", when="today"), people)
    assert "Ali" in words_of(pdf)
    assert sorted(codes_in(pdf)) == sorted([TICKET, TICKET[::-1]])


def test_a_badge_as_a_picture_can_be_read_from_a_phone():
    from PIL import Image

    (png,) = ticket_pictures(Heading(title="E", when="today"), [Badge(name="Ali", number=2, ticket=TICKET)])
    assert [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)).convert("L"))] == [TICKET]


def test_the_word_of_a_kind_follows_the_guests_sex():
    assert badges._badge_data(Badge(name="x", sex="f", number=1, ticket=TICKET))["kind_words"][1] == "مشاركة"
    assert badges._badge_data(Badge(name="x", sex=None, number=1, ticket=TICKET))["kind_words"][1] == "مشارك"


def test_the_hours_are_those_of_the_events_place_in_either_language(event):
    assert badges.when_and_where(event, "en") == "Thursday 7 March 2024, 09:00–13:00 · Ishtar Hall, Nasiriyah"
    assert badges.when_and_where(event, "ar").startswith("الخميس، 7 آذار 2024، من 09:00 إلى 13:00 · ") or (
        badges.when_and_where(event, "ar").startswith("الخميس 7 آذار 2024، من 09:00 إلى 13:00 · ")
    )


# ------------------------------------------------------------------------------------------------------- the poster


def test_the_poster_opens_the_form_and_joins_the_wifi(event):
    pdf = poster_pdf(event, "192.168.1.10:8000")
    assert sorted(codes_in(pdf, scale=2)) == sorted(
        ["http://192.168.1.10:8000/r/third-3", r"WIFI:T:WPA;S:Mudhif-Hall;P:marsh\;reed;;"]
    )
    words = words_of(pdf)
    assert {"http://192.168.1.10:8000/r/third-3", "Mudhif-Hall", "marsh;reed"} <= words
    assert {"Scan", "Register", "Come", "in", "مسح", "تسجيل", "دخول", "connected."} <= words


def test_the_posters_code_is_at_least_90_mm_wide():
    pdf = render_poster(Poster(title="E", when={"en": "", "ar": ""}, address="http://10.0.0.1:8000/r/e"))
    (found,) = zxingcpp.read_barcodes(pdfium.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("L"))
    width = found.position.top_right.x - found.position.top_left.x
    assert width / 2 / 72 * 25.4 >= 90


@pytest.mark.parametrize(
    "title", ["E", "الجلسة الحوارية الثالثة حول تمكين المجتمعات", "A long title of an event " * 12]
)
@pytest.mark.parametrize("wifi", [None, "Guest Wi-Fi of the conference hall, 2nd floor"])
def test_a_poster_is_one_page_whatever_stands_on_it(title, wifi):
    when = {"en": "Thursday 7 March 2024, 09:00–13:00 · " + "Hall " * 9, "ar": "الخميس 7 آذار 2024 · " + "قاعة " * 9}
    made = Poster(title=title, when=when, address="http://10.0.0.1:8000/r/e", wifi_name=wifi, wifi_password=wifi)
    document = pdfium.PdfDocument(render_poster(made))
    assert len(document) == 1
    assert document.is_tagged()


def test_an_open_wifi_has_no_password():
    assert wifi_code("Hall", None) == "WIFI:T:nopass;S:Hall;;"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("http://10.0.0.1", "http://10.0.0.1/r/c"),
        ("mudhif.local:8000/", "http://mudhif.local:8000/r/c"),
        ("https://[fe80::1]:8443", "https://[fe80::1]:8443/r/c"),
        ("http://10.0.0.1:8000/r/c", "http://10.0.0.1:8000/r/c"),
    ],
)
def test_an_address_is_taken_as_people_write_it(given, expected):
    assert form_address("c", given) == expected


@pytest.mark.parametrize("given", [None, "http://localhost:8000", "http://127.0.0.1:8000/r/c", "[::1]:8000"])
def test_a_phone_is_never_sent_to_itself(given, monkeypatch):
    monkeypatch.setattr(poster, "lan_address", lambda: "192.168.8.2")
    assert form_address("c", given) == "http://192.168.8.2:8000/r/c"


@pytest.mark.parametrize("given", ["http://a b", "ftp://x", "http://x/r/other", "javascript:alert(1)"])
def test_what_is_no_address_is_refused(given):
    with pytest.raises(BadInput):
        form_address("c", given)


# ---------------------------------------------------------------------------------------------------------- printing


def test_a_document_that_typst_refuses_says_why():
    with pytest.raises(printing.PrintingFailed, match="unclosed"):
        printing.render_typst("#let x = (", {})


@pytest.mark.parametrize(
    "source", ['#read("/etc/passwd")', '#read("../../../etc/passwd")', '#import "@preview/a:1.0.0": *']
)
def test_a_document_reads_nothing_outside_its_own_files(source):
    with pytest.raises(printing.PrintingFailed):
        printing.render_typst(source, {}, pdf_ua=False)


@pytest.mark.parametrize("name", ["../x", "/tmp/x", ""])
def test_a_file_beside_the_document_stays_beside_it(name):
    with pytest.raises(printing.PrintingFailed):
        printing.render_typst("x", {name: b""})
