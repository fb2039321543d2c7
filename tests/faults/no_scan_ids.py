"""A planted bug, as a program: `mudhif` that takes every request for a new scan, whatever scan id it names."""

from __future__ import annotations

from typing import Any

import mudhif_checkin.api as api
import mudhif_checkin.handing_in as handing_in
from mudhif.cli import main
from mudhif.domain.ids import new_id
from mudhif_checkin.checkins import check_in


def check_in_anew(event: str, scan: Any, who: Any) -> Any:
    answered = check_in(event, scan._replace(scan_id=new_id()), who)
    return answered._replace(fields={**answered.fields, "scan_id": scan.scan_id})


if __name__ == "__main__":
    api.check_in = handing_in.check_in = check_in_anew  # type: ignore[assignment]
    main()
