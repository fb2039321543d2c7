"""The page, the API, the commands and the figures of one event's media."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from mudhif.cli import Cli, run
from mudhif.config import Instance
from mudhif_media.logbook import attachments_of, coverage_of


def photo(colour: str = "#0d5953") -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 3.0, 4.0)})
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


@pytest.fixture
def reporter(signed_in: Callable[[str], FlaskClient], event) -> FlaskClient:
    return signed_in("reporter")


def test_an_empty_page_says_what_will_be_here_and_how_to_begin(reporter):
    page = reporter.get("/e/third-3/media")
    assert page.status_code == 200
    assert "Reports of television" in page.text
    assert "Note the coverage" in page.text


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_page_shows_what_was_noted(reporter, event, lang):
    given = {"outlet": "قناة الأهوار", "kind": "tv", "date": "2024-03-07", "link": "https://example.org/a"}
    assert reporter.post("/e/third-3/media/coverage", data=given).status_code == 302
    sent = {"files": [(io.BytesIO(photo()), "group.jpg")], "caption": "Group <photo>", "consent": "yes"}
    assert reporter.post("/e/third-3/media/attachments", data=sent).status_code == 302
    page = reporter.get(f"/e/third-3/media?lang={lang}").text
    assert f'lang="{lang}"' in page
    assert "قناة الأهوار" in page
    assert "Group &lt;photo&gt;" in page
    assert "<script>" not in page
    assert " style=" not in page


def test_a_mistake_is_said_at_its_field_and_nothing_is_lost(reporter, event):
    answer = reporter.post("/e/third-3/media/coverage", data={"outlet": "Channel", "kind": "tv", "date": "yesterday"})
    assert answer.status_code == 422
    assert "This is no date. Write it as 2024-03-07." in answer.text
    assert 'value="Channel"' in answer.text
    assert coverage_of(event.id) == []


def test_of_several_files_the_good_are_kept_and_the_others_named(reporter, event):
    sent = {"files": [(io.BytesIO(photo()), "a.jpg"), (io.BytesIO(b"MZ\x90\0"), "b.jpg"), (io.BytesIO(b""), "c.jpg")]}
    answer = reporter.post("/e/third-3/media/attachments", data=sent)
    assert answer.status_code == 422
    assert "b.jpg is not a kind of file" in answer.text
    assert "c.jpg is empty" in answer.text
    assert [row.file_name for row in attachments_of(event.id)] == ["a.jpg"]


def test_a_kept_picture_is_served_without_its_place_and_can_run_nothing(reporter, event):
    reporter.post("/e/third-3/media/attachments", data={"files": [(io.BytesIO(photo()), "a.jpg")]})
    (row,) = attachments_of(event.id)
    answer = reporter.get(f"/e/third-3/media/files/{row.id}")
    assert answer.mimetype == "image/jpeg"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not Image.open(io.BytesIO(answer.data)).getexif().get_ifd(0x8825)


def test_a_file_that_is_no_picture_is_saved_and_not_shown(reporter, event):
    reporter.post("/e/third-3/media/attachments", data={"files": [(io.BytesIO(b"%PDF-1.7 x"), "list.pdf")]})
    (row,) = attachments_of(event.id)
    answer = reporter.get(f"/e/third-3/media/files/{row.id}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert row.kind == "other"


def test_consent_and_kind_can_be_put_right_and_a_file_removed_for_good(reporter, event, installation):
    reporter.post("/e/third-3/media/attachments", data={"files": [(io.BytesIO(photo()), "a.jpg")]})
    (row,) = attachments_of(event.id)
    path = installation.instance.attachments / row.sha256[:2] / row.sha256
    assert path.exists()
    form = {"kind": "poster", "caption": "Poster", "consent": "no"}
    assert reporter.post(f"/e/third-3/media/attachments/{row.id}", data=form).status_code == 302
    (row,) = attachments_of(event.id)
    assert (row.kind, row.caption, row.consent) == ("poster", "Poster", False)
    assert reporter.post(f"/e/third-3/media/attachments/{row.id}/remove").status_code == 302
    assert attachments_of(event.id) == []
    assert not path.exists()
    assert reporter.get(f"/e/third-3/media/files/{row.id}").status_code == 404


def test_who_may_only_look_sees_no_forms_and_can_change_nothing(signed_in, event):
    viewer = signed_in("viewer")
    page = viewer.get("/e/third-3/media")
    assert page.status_code == 200
    assert "Note the coverage" not in page.text
    assert viewer.post("/e/third-3/media/coverage", data={"outlet": "A", "kind": "tv"}).status_code == 403
    assert viewer.post("/e/third-3/media/attachments", data={}).status_code == 403


def test_a_stranger_is_sent_to_sign_in(client, event):
    assert client.get("/e/third-3/media").status_code == 302
    assert client.post("/e/third-3/media/coverage", data={}).status_code in (400, 401)


def test_the_menu_and_the_overview_lead_to_the_page(reporter, event):
    reporter.post("/e/third-3/media/coverage", data={"outlet": "Ahwar Channel", "kind": "tv"})
    overview = reporter.get("/e/third-3/").text
    assert 'href="/e/third-3/media"' in overview
    assert "Ahwar Channel" in overview


def test_the_api_takes_and_gives_the_same(client, token, event):
    header = token("coordinator")
    made = client.post("/api/v1/events/third-3/coverage", json={"outlet": "A", "kind": "web"}, headers=header)
    assert made.status_code == 201, made.text
    assert made.json["kind"] == "web"
    assert client.get("/api/v1/events/third-3/coverage", headers=header).json == [made.json]
    wrong = client.post("/api/v1/events/third-3/coverage", json={"kind": "pigeon"}, headers=header)
    assert wrong.status_code == 422
    assert set(wrong.json["errors"]) == {"outlet", "kind"}
    sent = client.post(
        "/api/v1/events/third-3/attachments", data={"file": (io.BytesIO(photo()), "a.jpg")}, headers=header
    )
    assert sent.status_code == 201, sent.text
    assert (sent.json["media_type"], sent.json["consent"]) == ("image/jpeg", None)
    assert client.get("/api/v1/events/third-3/attachments", headers=header).json == [sent.json]
    bad = client.post(
        "/api/v1/events/third-3/attachments", data={"file": (io.BytesIO(b"MZ\x90\0"), "a")}, headers=header
    )
    assert (bad.status_code, bad.json["code"]) == (422, "file-refused")
    assert client.get("/api/v1/events/third-3/coverage", headers=token("display")).status_code == 403


def test_the_commands_go_the_same_way(installation, event, tmp_path: Path, capsys):
    picture = tmp_path / "group.jpg"
    picture.write_bytes(photo())

    def call(*words: str) -> tuple[int, object]:
        status = run(list(words), Cli(Instance(installation.instance.root), as_json=True))
        out = capsys.readouterr().out
        return status, json.loads(out) if out else None

    status, made = call("media", "add", "third-3", "--outlet", "Ahwar Channel", "--kind", "tv", "--date", "2024-03-07")
    assert status == 0
    assert made["id"]
    status, attached = call("media", "attach", "third-3", str(picture))
    assert (status, set(attached[0])) == (0, {"id", "sha256"})
    status, listed = call("media", "list", "third-3")
    assert [row["outlet"] for row in listed["coverage"]] == ["Ahwar Channel"]
    assert [row["id"] for row in listed["attachments"]] == [attached[0]["id"]]
    assert call("media", "attach", "third-3", str(picture), str(tmp_path / "none.jpg"))[0] == 1
    assert call("media", "add", "third-3", "--outlet", "A", "--kind", "pigeon")[0] == 2
    assert call("media", "list", "nothing")[0] == 1


def test_every_figure_names_the_rows_that_it_counts(reporter, event):
    reports = pytest.importorskip("mudhif_reports")
    from mudhif_media.figures import figures_of

    reporter.post("/e/third-3/media/coverage", data={"outlet": "Ahwar Channel", "kind": "tv", "date": "2024-03-07"})
    reporter.post("/e/third-3/media/attachments", data={"files": [(io.BytesIO(photo()), "a.jpg")], "consent": "no"})
    figures = {figure.id: figure for figure in figures_of(reports.Scope(event=event, project=None))}
    assert all(figure.value == len(figure.rows) for figure in figures.values())
    assert figures["media.coverage"].rows == tuple(row.id for row in coverage_of(event.id))
    assert figures["media.coverage"].table[0].outlet == "Ahwar Channel"
    assert figures["media.attachments"].table[0].consent is False
    assert (figures["media.photos"].value, figures["media.signed_lists"].value) == (1, 0)
