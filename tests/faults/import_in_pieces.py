"""A planted bug, as a program: `mudhif` that imports a guest list in units of twenty rows instead of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import mudhif.services.guest_import as guest_import
from mudhif.cli import main

AT_ONCE = 20
write = guest_import.write


def write_in_pieces(unit: Any, plan: Any, _rows: Any) -> Any:
    for start in range(0, len(plan.new), AT_ONCE):
        piece = replace(plan, new=plan.new[start : start + AT_ONCE], seen=1 << 60)
        done = write(unit, piece, guest_import._new_rows(piece))
    return replace(done[0], new=plan.new), []


if __name__ == "__main__":
    guest_import.write = write_in_pieces
    main()
