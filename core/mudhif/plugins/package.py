"""A plugin's file, looked at and unpacked without running any of it.

Wheels: name, version and needs are read from inside, every file is held against its SHA-256 in RECORD (pip does not do
that), nothing is built or downloaded. Other zips: the same care, what they are is told by a package kind.
"""

from __future__ import annotations

import ast
import base64
import csv
import hashlib
import lzma
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from dataclasses import dataclass
from email.parser import HeaderParser
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions, version
from io import StringIO
from pathlib import Path, PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import parse_tag, sys_tags

from mudhif.domain.errors import BadFile
from mudhif.i18n import N_, _

from .errors import FileChanged, NotAPackage, UnsafePackage
from .hookspecs import PREFIX, PROJECT
from .shelf import NAME, RECEIPT, VERSION

MOST_FILES = 5_000
MOST_BYTES = 200 * 1024 * 1024
CHUNK = 1024 * 1024
UNSIGNED = ("RECORD", "RECORD.jws", "RECORD.p7s")
"""What RECORD cannot hold the digest of."""
UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, ValueError, RuntimeError)
"""What zipfile raises at a file that was cut off or changed (NotImplementedError and UnicodeDecodeError among them)."""
NOT_ON_WINDOWS = frozenset('<>:"|?*')


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """What a wheel says of itself."""

    name: str
    """Of the plugin: its entry point's name, not the distribution's."""
    distribution: str
    version: str
    summary: str
    author: str | None
    module: str
    modules: frozenset[str]
    """What it puts on the path."""
    hooks: tuple[str, ...]
    """Read from the source, without running it."""


def sha256_of(path: Path) -> str:
    """The digest that is shown to people and kept in the receipt."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a plugin's file and look at every name in it.

    Raises:
        NotAPackage: it is no zip.
        UnsafePackage: it would write outside its folder, holds a link, or is far too big.
    """
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE:
        raise NotAPackage(path.name) from None
    try:
        _check_names(archive.infolist())
    except BaseException:  # whatever it was, the file is let go
        archive.close()
        raise
    return archive


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise UnsafePackage(_("%(number)s files", number=len(entries)), _("far more than a plugin has"))
    total = sum(entry.file_size for entry in entries)
    if total > MOST_BYTES:
        raise UnsafePackage(_("%(number)s MB", number=total // 1024**2), _("far more than a plugin has"))
    seen: set[str] = set()
    for entry in entries:
        if (reason := _danger(entry)) is not None:
            raise UnsafePackage(entry.orig_filename, _(reason))
        folded = entry.filename.rstrip("/").casefold()
        if folded in seen:
            raise UnsafePackage(entry.filename, _(N_("which is in it twice")))
        seen.add(folded)
    if RECEIPT in seen:
        raise UnsafePackage(RECEIPT, _(N_("a name that Mudhif keeps for itself")))


def _danger(entry: zipfile.ZipInfo) -> str | None:
    name = entry.orig_filename
    parts = PurePosixPath(name).parts
    if name.startswith("/") or "\\" in name or "\0" in name or ".." in parts or not parts:
        return N_("which would be written outside its folder")
    if any(NOT_ON_WINDOWS & set(part) or part != part.rstrip(". ") or ord(min(part)) < 32 for part in parts):
        return N_("a name that not every system can write")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return N_("which is a link or a device")
    if entry.flag_bits & 0x1:
        return N_("which is encrypted")
    return None


def unpack(archive: zipfile.ZipFile, folder: Path) -> dict[str, str]:
    """Write all files below `folder`; returns their SHA-256 (URL-safe base64, as RECORD has it) by name.

    zipfile reads no more of a file than its entry says, and `open_zip` has added those up.

    Raises:
        FileChanged: the zip's own checksums do not fit, or it is cut off.
        UnsafePackage: a file stands where another one needs a folder.
    """
    digests: dict[str, str] = {}
    for entry in archive.infolist():
        target = folder / entry.filename
        digest = hashlib.sha256()
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if entry.is_dir():
                target.mkdir(exist_ok=True)
                continue
            with target.open("xb") as copy:
                for chunk in _chunks(archive, entry):
                    digest.update(chunk)
                    copy.write(chunk)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            raise UnsafePackage(entry.filename, _(N_("which is in it twice"))) from None
        digests[entry.filename] = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
    return digests


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(entry) as source:
            while chunk := source.read(CHUNK):
                yield chunk
    except UNREADABLE:
        raise FileChanged from None


def is_wheel(archive: zipfile.ZipFile) -> bool:
    """Whether it is a wheel: it has the folder ``<name>-<version>.dist-info`` with METADATA."""
    return any(_is_metadata(name) for name in archive.namelist())


def _is_metadata(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return len(parts) == 2 and parts[0].endswith(".dist-info") and parts[1] == "METADATA"


def read_wheel(folder: Path, digests: Mapping[str, str]) -> Wheel:
    """Read and check an unpacked wheel.

    Raises:
        FileChanged: a file is not what RECORD says, is missing, or is not in it.
        BadFile: it is no plugin, needs what is not here, or would take the place of something that is.
    """
    info = next(folder / PurePosixPath(name).parts[0] for name in digests if _is_metadata(name))
    _check_record(info, digests)
    _check_tags(info)
    metadata = HeaderParser().parsestr((info / "METADATA").read_text("utf-8"))
    name, module = _entry_point(info)
    number = metadata.get("Version", "")
    check_name(name, number)
    _check_needs(metadata.get("Requires-Python"), metadata.get_all("Requires-Dist") or [])
    top = frozenset(PurePosixPath(n).parts[0].removesuffix(".py") for n in digests if not n.startswith(info.name))
    _check_modules(top, name)
    return Wheel(
        name=name,
        distribution=metadata.get("Name", name),
        version=number,
        summary=metadata.get("Summary", ""),
        author=metadata.get("Author") or metadata.get("Author-email"),
        module=module,
        modules=top,
        hooks=tuple(hooks_in(folder, module)),
    )


def check_name(name: str, version: str) -> None:
    """A plugin's name and version name folders; refuse what would not.

    Raises:
        BadFile: it would not.
    """
    if not NAME.fullmatch(name) or not VERSION.fullmatch(version):
        raise BadFile(
            N_("Its name “%(name)s” or its version “%(version)s” cannot name a folder."), name=name, version=version
        )


def _check_record(info: Path, digests: Mapping[str, str]) -> None:
    record = info / "RECORD"
    if not record.is_file():
        raise BadFile(N_("This wheel has no RECORD: nobody can tell whether it was changed. It was not installed."))
    listed: dict[str, str] = {}
    try:
        for row in csv.reader(StringIO(record.read_text("utf-8"))):
            if row:
                listed[row[0]] = row[1] if len(row) > 1 else ""
    except (UnicodeDecodeError, csv.Error):
        raise FileChanged from None
    unsigned = {f"{info.name}/{name}" for name in UNSIGNED}
    for name, digest in digests.items():
        if name not in unsigned and listed.get(name) != f"sha256={digest}":
            raise FileChanged
    if any(name not in digests for name in listed):
        raise FileChanged


def _check_tags(info: Path) -> None:
    try:
        wheel = HeaderParser().parsestr((info / "WHEEL").read_text("utf-8"))
    except OSError:
        raise BadFile(N_("This wheel lacks its file WHEEL. It was not installed.")) from None
    tags = {tag for line in wheel.get_all("Tag") or [] for tag in parse_tag(line)}
    if not tags & set(sys_tags()):
        raise BadFile(
            N_("This wheel was made for another system or another Python (%(tags)s)."),
            tags=", ".join(sorted(map(str, tags))) or "–",
        )


def _entry_point(info: Path) -> tuple[str, str]:
    """(name, module) of the one plugin in it."""
    parser = ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    try:
        parser.read_string((info / "entry_points.txt").read_text("utf-8"))
        plugins = dict(parser[PROJECT])
    except (OSError, ConfigError, KeyError, UnicodeDecodeError):
        plugins = {}
    if len(plugins) != 1:
        raise BadFile(
            N_(
                "This wheel holds %(number)s plugins for Mudhif; one is expected, as an entry point in the group "
                "“mudhif”."
            ),
            number=len(plugins),
        )
    [(name, target)] = plugins.items()
    return name, target.partition(":")[0].strip()


def _check_needs(python: str | None, needs: Collection[str]) -> None:
    here = ".".join(map(str, sys.version_info[:3]))
    try:
        if python and not SpecifierSet(python).contains(here, prereleases=True):
            raise BadFile(N_("It needs Python %(wanted)s; this is %(here)s."), wanted=python, here=here)
        missing = sorted(str(need) for need in map(Requirement, needs) if not _is_met(need))
    except (InvalidSpecifier, InvalidRequirement) as error:
        raise BadFile(N_("What it needs cannot be read: %(text)s"), text=str(error)) from None
    if missing:
        raise BadFile(
            N_(
                "It needs what is not here: %(missing)s. Nothing is fetched from the internet; ask its maker for one "
                "that needs less."
            ),
            missing=", ".join(missing),
        )


def _is_met(need: Requirement) -> bool:
    if need.marker is not None and not need.marker.evaluate({"extra": ""}):
        return True
    try:
        return need.specifier.contains(version(need.name), prereleases=True)
    except PackageNotFoundError:
        return False


def _check_modules(top: Collection[str], name: str) -> None:
    """Nothing in it may take the place of a module of Python, of Mudhif, or of what Mudhif stands on."""
    for module in sorted(top):
        if module.endswith(".data"):
            raise BadFile(N_("It wants to write outside its folder (%(name)s), which no plugin may."), name=module)
        owners = _owners(module)
        if module in sys.stdlib_module_names or module == PROJECT or (owners and name not in owners):
            raise BadFile(
                N_("It brings a module “%(module)s”, which is here already and not part of “%(name)s”."),
                module=module,
                name=name,
            )


def _owners(module: str) -> set[str]:
    """The names of plugins whose distribution in this environment brings a module; {""} for any other owner."""
    owners: set[str] = set()
    for owner in packages_distributions().get(module, ()):
        entries = [entry.name for entry in distribution(owner).entry_points if entry.group == PROJECT]
        owners |= set(entries) or {""}
    return owners


def hooks_in(folder: Path, module: str) -> Iterator[str]:
    """The hooks that a plugin's module implements, told from its source; none where that cannot be read."""
    path = folder.joinpath(*module.split("."))
    source = next((p for p in (path / "__init__.py", path.with_suffix(".py")) if p.is_file()), None)
    if source is None:
        return
    try:
        tree = ast.parse(source.read_bytes())
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith(PREFIX) and node.decorator_list:
            yield node.name.removeprefix(PREFIX)
