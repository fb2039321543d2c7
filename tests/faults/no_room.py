"""No bug: `mudhif` whose log grows with each commit, as where little of the disk is free: a full disk is then met."""

from __future__ import annotations

from mudhif.cli import main
from mudhif.storage import database

database.FREE_BYTES_FOR_ROOM = 1 << 62

if __name__ == "__main__":
    main()
