"""Holds the catalogues to the code: every sentence in it stands in the catalogue, translated, with its placeholders.

python tests/check_translations.py            says what is missing
python tests/check_translations.py --update   takes new sentences in, untranslated
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = ("_", "N_", "gettext", "lazy_gettext", "LazyText", "ngettext:1,2")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
#: None, one, two, 3 to 10, 11 to 99, the rest. All catalogues are asked by one rule, and Babel writes another order.
PLURALS = "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
PLURALS_HEADER = re.compile(r'"Plural-Forms:(?:[^\\]|\\(?!n))*\\n"\n')


def packages() -> list[Path]:
    """Folders that have a catalogue of their own: the core, and each plugin."""
    return [
        ROOT / "core/mudhif",
        *sorted(p for p in ROOT.glob("plugins/*/mudhif_*") if p.is_dir() and "egg-info" not in p.name),
    ]


def extracted(package: Path) -> Path:
    """A template of all sentences of a package, in a temporary file."""
    target = Path(tempfile.mkdtemp()) / "messages.pot"
    words = [flag for keyword in KEYWORDS for flag in ("-k", keyword)]
    command = [
        sys.executable,
        "-m",
        "babel.messages.frontend",
        "-q",
        "extract",
        "-F",
        str(ROOT / "babel.cfg"),
        "--no-default-keywords",
        *words,
        "--no-location",
        "--sort-output",
        "-o",
        str(target),
        ".",
    ]
    subprocess.run(command, check=True, cwd=package, stdout=subprocess.DEVNULL)
    return target


def update(package: Path) -> None:
    po = package / "translations/ar/LC_MESSAGES/messages.po"
    template = extracted(package)
    po.parent.mkdir(parents=True, exist_ok=True)
    verb = "update" if po.exists() else "init"
    extra = ["--no-fuzzy-matching", "--ignore-obsolete"] if verb == "update" else []
    subprocess.run(
        [
            sys.executable,
            "-m",
            "babel.messages.frontend",
            "-q",
            verb,
            "-l",
            "ar",
            "-i",
            str(template),
            "-o",
            str(po),
            *extra,
        ],
        check=True,
    )
    # Headers that say nothing, and one that would make every run a change.
    lines = po.read_text(encoding="utf-8").splitlines(keepends=True)
    empty = ("POT-Creation-Date", "PO-Revision-Date", "Report-Msgid-Bugs-To", "Last-Translator", "Language-Team")
    po.write_text("".join(line for line in lines if not line.startswith(tuple(f'"{name}:' for name in empty))), "utf-8")
    header = f'"Plural-Forms: {PLURALS}\\n"\n'
    po.write_text(PLURALS_HEADER.sub(lambda _found: header, po.read_text("utf-8"), count=1), encoding="utf-8")


def has_other_plurals(po: Path) -> bool:
    """Whether a catalogue says another order of plurals than all others."""
    header = PLURALS_HEADER.search(po.read_text("utf-8"))
    said = re.sub(r'"\n"|\s', "", header.group(0)) if header else ""
    return PLURALS.replace(" ", "") not in said


def missing(package: Path) -> list[str]:
    po = package / "translations/ar/LC_MESSAGES/messages.po"
    template = read_po(io.BytesIO(extracted(package).read_bytes()))
    wanted = [message for message in template if message.id]
    if not wanted:
        return []
    if not po.exists():
        return [f"{po.relative_to(ROOT)}: there is no catalogue"]
    catalog: Catalog = read_po(io.BytesIO(po.read_bytes()), locale="ar")
    found = [f"{po.relative_to(ROOT)}: its Plural-Forms have to be: {PLURALS}"] if has_other_plurals(po) else []
    for message in wanted:
        there = catalog.get(message.id, message.context)
        strings = [] if there is None else list(there.string) if isinstance(there.string, tuple) else [there.string]
        name = message.id[0] if isinstance(message.id, tuple) else message.id
        if not strings or not all(strings) or there.fuzzy:
            found.append(f"{po.relative_to(ROOT)}: not translated: {name!r}")
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        known = {word for one in ids for word in PLACEHOLDER.findall(one)}
        if any(set(PLACEHOLDER.findall(string)) - known for string in strings):
            found.append(f"{po.relative_to(ROOT)}: a placeholder that the code does not fill: {name!r}")
    return found


def main() -> int:
    if "--update" in sys.argv[1:]:
        for package in packages():
            update(package)
        return 0
    found = [line for package in packages() for line in missing(package)]
    print("\n".join(found) or "Every sentence has its Arabic.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
