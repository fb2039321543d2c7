"""Donor packs: a folder with ``pack.toml`` and, where the donor has a form of its own, a Word template. No code
runs in one.

Without a template a pack is written in our standard layout: the declaration alone makes a complete format.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from mudhif.plugin_api import N_, BadFile, ChildFailed, Package, PackageKind, hookimpl, run_child
from mudhif.plugin_api import gettext as _

from .content import Block, Content, Heading, Items, Pairs, Paragraph, clean, content_of
from .fill import Unfillable
from .hookspecs import Demand, Format, Frozen, Section, in_language
from .rendering import DOCX, PDF, to_pdf
from .values import is_known, is_list_field, is_of_another_plugin, lists_of, values_of
from .word import to_docx

DECLARATION = "pack.toml"
SECONDS = 60
MEDIA_TYPES = {"pdf": PDF, "docx": DOCX}
FILLINGS = ("text", "details", "participants", "agenda", "coverage", "attachments", "attendance")

_WHY = {
    "not-word": N_("%(file)s is no Word document (.docx)."),
    "too-large": N_("%(file)s unpacks to more than 60 MB."),
    "runs-code": N_("%(file)s holds a macro or an embedded program (%(what)s); a template holds none."),
    "reaches-out": N_("%(file)s fetches something from outside itself (%(what)s); a template does not."),
    "unknown-field": N_("%(file)s names the field [[%(what)s]], which there is not."),
    "missing": N_("%(file)s is not in the pack any more. Install the pack again."),
    "too-slow": N_("%(file)s could not be filled within its limits of time and memory."),
}


class BadPack(BadFile):
    """A pack that cannot be used; says where and why."""

    code = "bad-pack"


def _unusable(error: Unfillable, file: str) -> BadPack:
    return BadPack(_WHY[error.why], file=file, what=error.what)


# --- the declaration --------------------------------------------------------------------------------------------------


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class _FormatSchema(_Strict):
    id = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9-]{1,60}$"))
    version = fields.String(load_default="1")
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True, validate=validate.Length(min=1))
    donor = fields.String(load_default=None, allow_none=True)
    source = fields.String(load_default="")
    checked_on = fields.Date(load_default=None, allow_none=True)
    publisher = fields.String(load_default=None, allow_none=True)
    languages = fields.List(
        fields.String(validate=validate.OneOf(("en", "ar"))), required=True, validate=validate.Length(min=1)
    )
    layout = fields.String(load_default="report", validate=validate.OneOf(("report", "sheet")))


class _OutputSchema(_Strict):
    kind = fields.String(required=True, data_key="as", validate=validate.OneOf(tuple(MEDIA_TYPES)))
    engine = fields.String(load_default="standard", validate=validate.OneOf(("standard", "fields")))
    template = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.Regexp(r"^[\w. -]+\.docx$", error=N_("Name a .docx beside pack.toml."))),
        load_default=dict,
    )


class _SectionSchema(_Strict):
    id = fields.String(required=True)
    heading = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    filled_by = fields.String(load_default="text", validate=validate.OneOf(FILLINGS))
    required = fields.Boolean(load_default=False)
    words = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))
    also = fields.List(fields.String(), load_default=list)
    hint = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    figures = fields.List(fields.String(), load_default=list)


class _AnnexSchema(_Strict):
    id = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    figure = fields.String(required=True)
    minimum = fields.Integer(load_default=1, data_key="min")
    maximum = fields.Integer(load_default=None, allow_none=True, data_key="max")
    consent = fields.Boolean(load_default=False)


class _PackSchema(_Strict):
    pack = fields.Integer(required=True, validate=validate.Equal(1))
    format = fields.Nested(_FormatSchema, required=True)
    output = fields.List(fields.Nested(_OutputSchema), required=True, validate=validate.Length(min=1))
    section = fields.List(fields.Nested(_SectionSchema), required=True, validate=validate.Length(min=1))
    annex = fields.List(fields.Nested(_AnnexSchema), load_default=list)
    checks = fields.Dict(keys=fields.String(validate=validate.OneOf(("error", "warning", "note", "off"))),
                         values=fields.List(fields.String()), load_default=dict)  # fmt: skip


def read_declaration(folder: Path) -> dict[str, Any]:
    """What ``pack.toml`` declares.

    Raises:
        BadPack: it is not there, no TOML, or names all that is missing, unknown or wrong in it.
    """
    path = folder / DECLARATION
    try:
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
        loaded: dict[str, Any] = _PackSchema().load(declared)
    except OSError:
        raise BadPack(N_("There is no %(file)s in the pack."), file=DECLARATION) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadPack(N_("%(file)s cannot be read: %(why)s"), file=DECLARATION, why=str(error)) from None
    except ValidationError as error:
        raise BadPack(N_("%(file)s: %(why)s"), file=DECLARATION, why="; ".join(_said(error.messages))) from None
    return loaded


def _said(messages: Any, path: str = "") -> list[str]:
    if isinstance(messages, Mapping):
        return [
            line for name, inner in messages.items() for line in _said(inner, f"{path}.{name}" if path else str(name))
        ]
    return [f"{path}: {' '.join(map(str, messages))}"]


# --- the format -------------------------------------------------------------------------------------------------------


def load_pack(folder: Path) -> Format:
    """The format that a pack declares.

    Raises:
        BadPack: see `read_declaration`.
    """
    declared = read_declaration(folder)
    form = declared["format"]
    sections = tuple(
        Section(**section | {name: tuple(section[name]) for name in ("also", "figures")})
        for section in declared["section"]
    )
    outputs = {MEDIA_TYPES[output["kind"]]: output for output in declared["output"]}

    def render(frozen: Frozen) -> bytes:
        output = outputs[frozen.media_type]
        if output["engine"] == "fields":
            return _filled(folder, output, frozen)
        content = content_of(frozen, form["title"], sections)
        content = as_sheet(content) if form["layout"] == "sheet" else content
        return to_pdf(content) if frozen.media_type == PDF else to_docx(content)

    return Format(
        id=form["id"],
        title=form["title"],
        donor=form["donor"],
        languages=tuple(form["languages"]),
        media_types=tuple(outputs),
        sections=sections,
        render=render,
        demands=tuple(Demand(**annex) for annex in declared["annex"]),
        source=form["source"],
        checked_on=form["checked_on"],
        severities={rule: severity for severity, rules in declared["checks"].items() for rule in rules},  # type: ignore[misc]
    )


def as_sheet(content: Content) -> Content:
    """The sections as lines of a form, label beside value; what is a table stays one, below."""
    rows: list[tuple[str, str]] = []
    below: list[Block] = []
    heading, said = "", list[str]()
    for block in (*content.blocks, Heading(text="")):
        if isinstance(block, Heading):
            if said:
                rows.append((heading, "\n".join(said)))
            heading, said = block.text, []
        elif isinstance(block, Paragraph):
            said.append(block.text)
        elif isinstance(block, Items):
            said += [
                f"{number}. {item}" if block.ordered else f"• {item}" for number, item in enumerate(block.items, 1)
            ]
        else:
            below += [Heading(text=heading)] if heading else []
            below.append(block)
            heading = ""
    return replace(content, blocks=(Pairs(rows=tuple(rows)), *below))


def _filled(folder: Path, output: Mapping[str, Any], frozen: Frozen) -> bytes:
    name = in_language(output["template"], frozen.language)
    job = clean({"values": values_of(frozen), "lists": lists_of(frozen)})
    return _in_a_child(folder / name, job)


def _in_a_child(template: Path, job: Mapping[str, Any]) -> bytes:
    """What `fill.py` makes of a template, within limits of time and memory.

    Raises:
        BadPack: it is not there, or cannot be used; says why.
    """
    try:
        given = json.dumps(job).encode() + b"\n" + template.read_bytes()
        return run_child(f"{__package__}.fill", stdin=given, seconds=SECONDS)
    except OSError:
        raise _unusable(Unfillable("missing"), template.name) from None
    except ChildFailed as failed:
        why = Unfillable(**json.loads(failed.output)) if failed.status == 3 else Unfillable("too-slow")
        raise _unusable(why, template.name) from None


# --- as a kind of package ---------------------------------------------------------------------------------------------


def is_pack(archive: ZipFile) -> bool:
    """Whether a zip is a donor pack."""
    return DECLARATION in archive.namelist()


def describe(folder: Path) -> Package:
    """What a pack says of itself before it is installed."""
    form = read_declaration(folder)["format"]
    title = in_language(form["title"], "en")
    return Package(
        name=form["id"],
        title=f"{title} ({form['donor']})" if form["donor"] else title,
        version=form["version"],
        adds=[_(N_("the report format “%(title)s”"), title=title)],
        publisher=form["publisher"],
    )


def check_pack(folder: Path) -> list[dict[str, Any]]:
    """Findings on a pack, each an error that says what to mend: files that are missing, fields that there are not."""
    try:
        declared = read_declaration(folder)
    except BadPack as error:
        return [_finding("pack-unreadable", str(error), DECLARATION)]
    return [
        *_declared_twice(declared),
        *_titles_missing(declared),
        *_figures_unknown(declared),
        *(problem for output in declared["output"] for problem in _template_problems(folder, declared, output)),
    ]


def _declared_twice(declared: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, ids in (
        ("section", [section["id"] for section in declared["section"]]),
        ("output", [output["kind"] for output in declared["output"]]),
    ):
        for twice in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
            message = _(N_("The %(name)s “%(twice)s” is declared twice."), name=name, twice=twice)
            yield _finding("declared-twice", message, DECLARATION, twice)


def _titles_missing(declared: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    titled = [("format", declared["format"]["title"])]
    titled += [(section["id"], section["heading"]) for section in declared["section"]]
    titled += [(annex["id"], annex["title"]) for annex in declared["annex"]]
    for place, texts in titled:
        for language in declared["format"]["languages"]:
            if language not in texts:
                message = _(
                    N_("“%(place)s” has no title in the language “%(language)s”."), place=place, language=language
                )
                yield _finding("title-missing", message, DECLARATION, place)


def _figures_unknown(declared: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    named = [(section["id"], figure) for section in declared["section"] for figure in section["figures"]]
    named += [(annex["id"], annex["figure"]) for annex in declared["annex"]]
    for place, figure in named:
        if is_of_another_plugin(figure):
            yield _not_ours(figure, DECLARATION)
        elif not is_known(figure):
            message = _(
                N_("“%(place)s” names the figure “%(figure)s”, which there is not."), place=place, figure=figure
            )
            yield _finding("unknown-figure", message, DECLARATION, place)


def _template_problems(
    folder: Path, declared: Mapping[str, Any], output: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    if output["engine"] == "standard":
        return
    for language in declared["format"]["languages"]:
        name = output["template"].get(language, "")
        path = folder / name
        if not name or not path.is_file() or path.is_symlink():
            message = (
                _(N_("The template “%(name)s” is not in the pack."), name=name)
                if name
                else _(N_("There is no template for the language “%(language)s”."), language=language)
            )
            yield _finding("template-missing", message, name or DECLARATION)
            continue
        try:
            named = json.loads(_in_a_child(path, {}))
        except BadPack as error:
            yield _finding("template-unusable", str(error), name)
            continue
        for field in named:
            if is_of_another_plugin(field):
                yield _not_ours(field, name)
            elif not is_known(field) and not is_list_field(field):
                yield _finding("unknown-field", str(_unusable(Unfillable("unknown-field", field), name)), name, field)


def _not_ours(name: str, file: str) -> dict[str, Any]:
    message = _(N_("“%(name)s” is no figure of Mudhif's own: the plugin that counts it must be here, too."), name=name)
    return _finding("figure-of-a-plugin", message, file, name) | {"severity": "warning"}


def _finding(rule: str, message: str, file: str, field: str | None = None) -> dict[str, Any]:
    place = {"text": file} | ({"field": field} if field else {})
    return {"rule": rule, "severity": "error", "where": [place], "message": message, "values": []}


class PackPlugin:
    """What an installed pack answers: its one format, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.format = load_pack(folder)

    @hookimpl(optionalhook=True)
    def mudhif_report_formats(self) -> Sequence[Format]:
        return [self.format]


def let_go(plugin: object) -> None:
    """A pack holds nothing open."""


PACK_KIND = PackageKind(
    id="donor-pack", detects=is_pack, describe=describe, check=check_pack, activate=PackPlugin, deactivate=let_go
)  # fmt: skip

__all__ = ["PACK_KIND", "BadPack", "as_sheet", "check_pack", "load_pack", "read_declaration"]
