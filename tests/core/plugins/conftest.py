"""Small real plugins: on the path as bundled ones, in an instance's folder, or packed into a wheel by hand."""

from __future__ import annotations

import base64
import hashlib
import sys
import textwrap
import zipfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from mudhif.plugins import discovery
from mudhif.plugins.host import Host
from mudhif.plugins.shelf import Shelf

HEAD = "from mudhif.plugins.hookspecs import hookimpl, hookspec\nfrom mudhif.plugins.types import *\n"
_numbers = count()


class Bundle:
    """A folder on the path with plugins in it, as an environment has them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, source: str, *, module: str | None = None, version: str = "1.0") -> str:
        """A distribution with one plugin; returns its module."""
        module = module or f"bundle{next(_numbers)}_{name}"
        (self.folder / f"{module}.py").write_text(HEAD + textwrap.dedent(source), encoding="utf-8")
        info = self.folder / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[mudhif]\n{name} = {module}\n")
        return module


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No plugin of this environment takes part, and none of a test stays behind."""
    path, modules, opened = list(sys.path), set(sys.modules), set(discovery._opened)
    real = discovery.distributions

    def own(**wanted: object) -> list[object]:
        return [d for d in real(**wanted) if not str(d.locate_file("")).startswith((sys.prefix, sys.base_prefix))]

    monkeypatch.setattr(discovery, "distributions", own)
    yield
    sys.path[:] = path
    for module in set(sys.modules) - modules:
        if not module.startswith("mudhif."):
            del sys.modules[module]
    discovery._opened.clear()
    discovery._opened.update(opened)


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bundle:
    folder = tmp_path / "environment"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return Bundle(folder)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """The plugins of an instance that holds none yet."""
    root = tmp_path / "instance" / "plugins"
    root.mkdir(parents=True)
    return Shelf(root)


@pytest.fixture
def load(shelf: Shelf) -> Callable[..., Host]:
    """A host over the bundle and the instance."""
    return lambda **options: Host(shelf.root, **options).refresh()


def digest(data: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


@pytest.fixture
def wheel(tmp_path: Path) -> Callable[..., Path]:
    """Packs a plugin into a wheel, byte by byte, as a build tool would."""

    def build(
        name: str,
        source: str,
        *,
        module: str | None = None,
        version: str = "1.0",
        needs: tuple[str, ...] = (),
        tag: str = "py3-none-any",
        extra: dict[str, bytes] | None = None,
        change: dict[str, bytes] | None = None,
        entry_points: str | None = None,
        python: str = ">=3.11",
    ) -> Path:
        module = module or f"{name.replace('-', '_')}_{next(_numbers)}"
        info = f"{module}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {module}\nVersion: {version}\nSummary: Pays the way home.\n"
        metadata += f"Author: Rusul\nRequires-Python: {python}\n" + "".join(
            f"Requires-Dist: {need}\n" for need in needs
        )
        files = {
            f"{module}/__init__.py": (HEAD + textwrap.dedent(source)).encode(),
            f"{info}/METADATA": metadata.encode(),
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
            f"{info}/entry_points.txt": (entry_points or f"[mudhif]\n{name} = {module}\n").encode(),
            **(extra or {}),
        }
        record = "".join(f"{path},{digest(data)},{len(data)}\n" for path, data in files.items()) + f"{info}/RECORD,,\n"
        path = tmp_path / f"{module}-{version}-{tag}.whl"
        with zipfile.ZipFile(path, "w") as archive:
            for file, data in (files | (change or {})).items():
                archive.writestr(file, data)
            archive.writestr(f"{info}/RECORD", record)
        return path

    return build
