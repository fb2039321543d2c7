"""The tests of the phone's queue are tested: each bug that other scanners had turns them red.

Each bug is planted into a copy of `frontend/checkin`; the project's own files are never touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FRONTEND = Path(__file__).parents[2] / "frontend"
NODE = shutil.which("node", path=os.pathsep.join([str(FRONTEND.parent / ".venv" / "bin"), os.environ.get("PATH", "")]))
TESTS = ("outbox.test.mjs", "phone.test.mjs")

pytestmark = pytest.mark.skipif(
    NODE is None or not (FRONTEND / "node_modules" / "fake-indexeddb").exists(), reason="run `make install` first"
)

CONFIRM = "if (row && row.verdict_shown === sent.verdict_shown) place"
USED = 'if (here.who && isAccepted(here.outcome)) place("used")'
TURNED = "if (!(error instanceof Turned) || error.isOfThePhone"
DELETE_ALL = 'await this.store.unit(["queue"], "readwrite", (place) => void place("queue").clear());'
DELETE_QUEUE = DELETE_ALL.replace("store.", "")
SET_ASIDE = 'place("queue").put({ ...row, bad'

BUGS = {
    "a row leaves on any 4xx": ("outbox.js", TURNED, f"if (error.status < 500) {{ {DELETE_ALL} return; }} {TURNED}"),
    "a row leaves on an answer that names another scan": (
        "outbox.js",
        "named.get(row.scan_id)",
        "answers[rows.indexOf(row)]",
    ),
    "a row leaves though the laptop does not know what was shown": ("outbox.js", CONFIRM, "place"),
    "the used mark is forgotten": ("outbox.js", USED, 'if (0) place("used")'),
    "the used mark is left to a later transaction": (
        "outbox.js",
        USED,
        'if (here.who && isAccepted(here.outcome)) setTimeout(() => this.store.unit(["used"], "readwrite", (place) => '
        'void place("used").put(mark(here.who, scan, null, here.used))).catch(() => 0), 5); if (0) place("used")',
    ),
    "the mark is taken away when the scan was sent": (
        "outbox.js",
        'place("used").put({ ...known.last, sent: turn })',
        'place("used").delete(known.last.registration)',
    ),
    "a scan that was judged is not kept": ("outbox.js", 'place("queue").put({ ...(row ?? scan)', "({ ...(row ?? scan)"),
    "each sending makes a new scan id": (
        "outbox.js",
        "({ n, bad, ...scan }) => scan",
        "({ n, bad, ...scan }) => ({ ...scan, scan_id: crypto.randomUUID() })",
    ),
    "the queue is filtered by its owner": (
        "outbox.js",
        "!row.bad && row.n > after",
        'row.owner === "me" && row.n > after',
    ),
    "one failure ends the run": ("outbox.js", "if (rows.length > 1) {", "if (false) {"),
    "a wrong row is thrown away": ("outbox.js", SET_ASIDE, 'place("queue").delete(row.n); ({ ...row, bad'),
    "a true ticket that is not on the list is refused": ("outbox.js", 'reading: "unlisted"', 'reading: "unknown"'),
    "only a timeout falls back": (
        "phone.js",
        "isAway = true;\n      return null;\n    }",
        "isAway = true;\n      throw error;\n    }",
    ),
    "a closed phone keeps its list": ("phone.js", "    await this.store.wipe();\n", ""),
    "a closed phone loses its queue": ("store.js", "async wipe() {\n", f"async wipe() {{ {DELETE_QUEUE}\n"),
    "a scan is shown before it is kept": ("phone.js", "    await this.outbox.keep(scan);\n", ""),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The scanner's modules, to be broken."""
    for place in ("checkin", "core"):
        shutil.copytree(FRONTEND / place, tmp_path / place)
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(FRONTEND / "node_modules")
    return tmp_path


def passes(copy: Path) -> bool:
    tests = [f"checkin/offline/{name}" for name in TESTS]
    done = subprocess.run(
        [str(NODE), "--test", *tests],
        cwd=copy, env=os.environ | {"MUDHIF_LIVES": "100"}, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode == 0


def test_without_a_bug_they_pass(copy: Path) -> None:
    assert passes(copy)


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_turns_them_red(copy: Path, bug: str) -> None:
    name, right, wrong = BUGS[bug]
    module = copy / "checkin" / "offline" / name
    text = module.read_text("utf-8")
    assert text.count(right) == 1, "the module has changed: plant the bug anew"
    module.write_text(text.replace(right, wrong), "utf-8")
    assert not passes(copy)
