"""A planted bug, as a program: `mudhif` whose commits do not wait for the disk (`synchronous` NORMAL, not FULL)."""

from __future__ import annotations

from mudhif.cli import main
from mudhif.storage.database import WRITER

if __name__ == "__main__":
    WRITER["synchronous"] = 1
    main()
