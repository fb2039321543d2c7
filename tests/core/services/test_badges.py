"""Badges and posters, opened again by other programs: their words found, their codes read and verified."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mudhif.config import Instance
from mudhif.domain.errors import BadInput, NotFound
from mudhif.domain.tickets import Verdict
from mudhif.services import badges, poster, printing
from mudhif.services.badge_layouts import PARTS, WrongLayout, all_layouts, find_layout, kind_colours
from mudhif.services.badge_prints import note_prints, printed_badges, prints_of
from mudhif.services.badges import Badge, Choice, Heading, badges_pdf, render_badges, ticket_pictures
from mudhif.services.logo import WrongLogo, check_logo, keep_logo, read_logo
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
ALL, NONE = dict.fromkeys(PARTS, True), dict.fromkeys(PARTS, False)
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
    with pytest.raises(BadInput, match="a4, a4-10, a6, a4-a6, single, label-62, label-80, tent"):
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
    def word(sex: str | None) -> str:
        return str(badges._badge_data(Badge(name="x", sex=sex, number=1, ticket=TICKET), ALL)["kind_words"][1])

    assert (word("f"), word(None)) == ("مشاركة", "مشارك")


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


# ----------------------------------------------------------------------------------------------------------- layouts

LAYOUTS = {
    "a4": (2, 4, 210, 297),
    "a4-10": (2, 5, 210, 297),
    "a6": (1, 1, 105, 148),
    "a4-a6": (2, 2, 210, 297),
    "single": (1, 1, 90, 66),
    "label-62": (1, 1, 62, 100),
    "label-80": (1, 1, 80, 120),
    "tent": (1, 1, 210, 297),
}
GOOD = """
title = { en = "Ours", ar = "لنا" }
[page]
width = 100
height = 70
[badge]
width = 100
height = 70
"""


def own(store: Store, name: str, toml: str, typ: str | None = None) -> Path:
    folder = Path(str(store.instance and store.instance.root)) / "layouts"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(toml, encoding="utf-8")
    if typ is not None:
        (folder / f"{name}.typ").write_text(typ, encoding="utf-8")
    return folder


def samples(count: int) -> list[Badge]:
    return [
        Badge(name=name, other=other, sex=sex, kind=kind, organisation=of, number=number,
              ticket=TICKET[number:] + TICKET[:number])
        for number, (name, other, sex, kind, of) in enumerate((PEOPLE * count)[:count], 1)
    ]  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_layout_has_its_page_and_as_many_badges_on_it_as_fit(name):
    layout = find_layout(name)
    columns, rows, width, height = LAYOUTS[name]
    assert (layout.columns, layout.rows) == (columns, rows)
    made = samples(layout.per_page + 1)
    pdf = render_badges(Heading(title="E", when="today"), made, sheet=name)
    document = pdfium.PdfDocument(pdf)
    assert len(document) == 2
    assert [round(side * 25.4 / 72) for side in document[0].get_size()] == [width, height]
    assert b"pdfuaid:part" in pdf
    codes = codes_in(pdf) if layout.show["qr"] else []
    assert sorted(codes) == sorted(badge.ticket for badge in made if layout.show["qr"])


def test_the_layouts_that_are_tested_are_all_there_are(store):
    assert [layout.name for layout in all_layouts().usable] == list(LAYOUTS)


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_letters_of_an_arabic_name_are_joined_on_every_layout(name):
    """محمد has no dot and four letters that join: one stroke of ink, where letters that are cut apart are four."""

    def strokes(words: str) -> int:
        badge = Badge(name=words, number=1, ticket=TICKET)
        pdf = render_badges(Heading(title="E", when="today"), [badge], sheet=replace(find_layout(name), show=NONE))
        return strokes_of_ink(pdfium.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("L"))

    faces = 2 if find_layout(name).fold else 1
    assert strokes("م\u200cح\u200cم\u200cد") - strokes("محمد") == 3 * faces


def strokes_of_ink(picture: Any) -> int:
    """How many pieces of ink there are that touch no other."""
    width = picture.width + 1
    ink = {y * width + x for y in range(picture.height) for x in range(picture.width) if picture.getpixel((x, y)) < 140}
    pieces = 0
    while ink:
        pieces += 1
        waiting = [ink.pop()]
        while waiting:
            at = waiting.pop()
            near = {at + dy * width + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & ink
            ink -= near
            waiting += near
    return pieces


def test_the_tent_card_has_the_name_on_both_sides_one_of_them_upside_down():
    badge = Badge(name="لؤي علاء الدين", other="Luay Alaa Al-Din", number=1, ticket=TICKET)
    pdf = render_badges(Heading(title="E", when="today"), [badge], sheet="tent")
    page = pdfium.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("L")
    half = page.height // 2
    lower = page.crop((30, half + 30, page.width - 30, page.height - 10))
    upper = page.rotate(180).crop((30, half + 30, page.width - 30, page.height - 10))
    differing = sum(abs(a - b) > 128 for a, b in zip(lower.tobytes(), upper.tobytes(), strict=True))
    assert sum(value < 128 for value in lower.tobytes()) > 5000
    assert differing < 1500  # of the edges of letters, by half a dot


def test_what_a_layout_leaves_out_is_not_on_the_badge(store):
    own(store, "plain", GOOD + "[show]\nother = false\norganisation = false\nevent = false\nkind = false\nqr = false\n")
    badge = Badge(name="Ali", other="علي", organisation="Ur", number=42, ticket=TICKET)
    pdf = render_badges(Heading(title="Session", when="today"), [badge], sheet="plain")
    assert words_of(pdf) == {"Ali", "0042"}
    assert codes_in(pdf) == []


def test_the_organisations_own_layout_stands_beside_ours_or_in_place_of_one(store):
    own(store, "ours", GOOD)
    own(store, "single", GOOD)
    assert find_layout("ours").title_in("ar") == "لنا"
    assert find_layout("single").page_width_mm == 100
    assert {"ours", "a4"} <= {layout.name for layout in all_layouts().usable}


def test_an_own_drawing_may_use_parts_of_ours(store):
    typ = '#import "badges.typ": *\n#context for badge in data.badges { face(badge); [Ours]; pagebreak(weak: true) }'
    own(store, "drawn", GOOD, typ)
    pdf = render_badges(Heading(title="E", when="today"), samples(2), sheet="drawn")
    assert "Ours" in words_of(pdf)


def test_a_mistake_in_an_own_drawing_names_its_file(store):
    own(store, "drawn", GOOD, "#unknown()")
    with pytest.raises(WrongLayout, match=r"layouts/drawn\.typ: .*unknown variable"):
        render_badges(Heading(title="E", when="today"), samples(1), sheet="drawn")


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("title = ", "layouts/mine.toml: This is no TOML"),
        (GOOD.replace("width = 100\nheight = 70\n[badge]", "height = 70\n[badge]"), "page.width: Write a number"),
        (GOOD.replace("height = 70\n[badge]", "height = true\n[badge]"), "page.height: Write a number from 20 to 1200"),
        (GOOD + "fold = 1", "badge.fold: Write true or false"),
        (GOOD + "flod = true", "badge.flod: This is not known. There are: width, height, fold."),
        (GOOD + "[shown]\nqr = true", "shown: This is not known. There are: title, weight, page"),
        (GOOD + "[colours]\nguest = 'red'", "colours.guest: Write fill and ink"),
        (GOOD + "[colours]\nline = 'red'", "colours.line: Write a colour as six"),
        (GOOD + "[colours.guest]\nfill = '#12345'", "colours.guest.fill: Write a colour as six"),
        (GOOD + "[show]\nfoto = true", "show.foto: This is not known. There are: logo, event"),
        ("page = 3\n" + GOOD.replace("[page]\nwidth = 100\nheight = 70\n", ""), "page: This is a table"),
        (GOOD.replace("[badge]\nwidth = 100", "[badge]\nwidth = 120"), "badge.width: 120 mm and both margins do not"),
        (GOOD.replace('{ en = "Ours", ar = "لنا" }', "3"), "title: Write a text, or one for each language"),
    ],
)  # fmt: skip
def test_a_wrong_layout_says_in_which_file_at_which_key_and_what_to_do(store, toml, sentence):
    own(store, "mine", toml)
    with pytest.raises(WrongLayout) as refused:
        find_layout("mine")
    assert f"layouts/mine.toml: {sentence}" in str(refused.value) or sentence in str(refused.value)
    found = all_layouts()
    assert [layout.name for layout in found.usable] == list(LAYOUTS)
    assert sentence in " ".join(found.wrong)


def test_a_file_with_a_strange_name_is_told_of(store):
    own(store, "Mein Layout", GOOD)
    assert "small Latin letters" in all_layouts().wrong[0]


@pytest.mark.parametrize("name", ["../a4", "colours", "", "A4"])
def test_only_a_layouts_name_finds_it(store, name):
    with pytest.raises(BadInput, match="There is no layout of this name"):
        find_layout(name)


def test_every_layouts_bands_can_be_read():
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for name in LAYOUTS:
        for colour in find_layout(name).colours.values():
            dark, bright = sorted((light(colour.fill), light(colour.ink)))
            assert (bright + 0.05) / (dark + 0.05) >= 4.5, (name, colour)
    assert set(kind_colours()[0]) >= {"participant", "guest", "facilitator", "media", "staff"}


# ------------------------------------------------------------------------------------------- whose badges, and prints


def test_one_some_or_all_are_chosen_by_id_number_and_kind(event):
    by_number = {row.number: row.id for row in Registration.select()}
    assert badges.chosen(event, Choice(guests=("3", by_number[1]))) == [by_number[1], by_number[3]]
    media = badges.chosen(event, Choice(kinds=frozenset({"media"})))
    assert media == [by_number[4], by_number[10], by_number[16]]
    assert len(badges.chosen(event, Choice())) == len(by_number)
    with pytest.raises(NotFound):
        badges.chosen(event, Choice(guests=("999",)))


def test_what_was_printed_is_noted_and_left_out_of_what_is_not_printed_yet(event):
    first, second, *_rest = badges.chosen(event, Choice())
    note_prints([first, second], layout="a4", device="Hanan", now=STARTS)
    note_prints([first], layout="single", device="Hanan", now=ENDS)
    assert [(printed.at, printed.layout) for printed in prints_of(first)] == [(ENDS, "single"), (STARTS, "a4")]
    assert printed_badges(event.id) == {first, second}
    left = badges.chosen(event, Choice(unprinted=True))
    assert len(left) == len(PEOPLE) * 3 - 2
    assert first not in left


def test_a_preview_shows_the_longest_names_of_both_scripts_and_no_ticket(event):
    from PIL import Image

    shown = badges._longest(badges.badges_of(event))[:2]
    assert [badge.name for badge in shown] == [PEOPLE[2][0], "Ammar Saleh"]
    before = write(lambda tx: tx.connection.execute("SELECT COUNT(*) FROM ticket").fetchone())
    for name in LAYOUTS:
        for page in (1, 2):
            picture = Image.open(io.BytesIO(badges.preview_picture(event, name, page)))
            assert 900 <= max(picture.size) <= 1300
            codes = {found.text for found in zxingcpp.read_barcodes(picture.convert("L"))}
            assert codes <= {badges.SAMPLE_TICKET}
    assert write(lambda tx: tx.connection.execute("SELECT COUNT(*) FROM ticket").fetchone()) == before


# ----------------------------------------------------------------------------------------------------------- the logo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><path fill="#f0f" d="M0 0h300v100h-300z"/></svg>'


def png_of(width: int, height: int) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (width, height), "#ff00ff").save(out, "png")
    return out.getvalue()


@pytest.mark.parametrize("content", [SVG, png_of(300, 100), png_of(60, 600)], ids=["svg", "png", "a high one"])
@pytest.mark.parametrize("name", ["single", "tent", "label-62"])
def test_the_organisations_logo_is_on_the_badges_and_never_wider_than_a_third(event, content, name):
    write(keep_logo, content)
    guest = badges.chosen(event, Choice())[0]
    pdf = badges_pdf(event, sheet=name, registrations=[guest])
    assert b"pdfuaid:part" in pdf
    page = pdfium.PdfDocument(pdf)[0].render(scale=2).to_pil().convert("RGB")
    pink = [x for x in range(page.width) for y in range(0, page.height, 3) if page.getpixel((x, y)) == (255, 0, 255)]
    assert pink
    assert max(pink) - min(pink) <= page.width / 3 + 2 or name == "tent"


def test_without_a_logo_our_own_mark_stands_there_and_taking_it_away_brings_that_back(event):
    write(keep_logo, SVG)
    assert read_logo() == (SVG, "svg")
    write(keep_logo, b"")
    assert read_logo() is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"GIF89a", "no picture of a kind"),
        (b"", "no picture of a kind"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "16 million dots"),
        (png_of(20, 20)[:60], "damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><", "damaged"),
        (b"\xff\xd8\xff" + b"\0" * (1024 * 1024), "more than 1 MB"),
        (b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x09\x00\x09", "damaged"),
        (b"\xff\xd8\xff\xe0\x00\x02\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03", "16 million dots"),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_no_logo(content, why):
    with pytest.raises(WrongLogo, match=why):
        check_logo(content)
