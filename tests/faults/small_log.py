"""No bug: `mudhif` that moves its log into the database file every few check-ins, so that cuts fall into that, too."""

from __future__ import annotations

from mudhif.cli import main
from mudhif.storage.database import WRITER

if __name__ == "__main__":
    WRITER["wal_autocheckpoint"] = 20
    main()
