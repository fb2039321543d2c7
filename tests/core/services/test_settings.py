"""Settings: what is kept, what is refused, and what stands where nobody has set anything."""

from __future__ import annotations

import pytest

from mudhif.domain.errors import BadInput
from mudhif.services.settings import CORE, Installation, event_setting, installation, set_event_setting, set_settings
from mudhif.storage.models import Setting
from mudhif.storage.store import write


def test_an_installation_of_which_nothing_was_set_has_the_defaults(store):
    assert installation() == Installation(organisation="", language=None, digits="latn")


def test_what_was_set_is_read_by_everybody(store):
    write(set_settings, None, {(CORE, "organisation"): "جمعية القصب", (CORE, "digits"): "arab"})
    assert installation() == Installation(organisation="جمعية القصب", language=None, digits="arab")


def test_what_is_already_so_is_not_written_again(store):
    for _again in range(2):
        write(set_event_setting, None, CORE, "language", "ar")
    row = Setting.get()
    written = store.db.execute_sql("SELECT count(*) FROM journal WHERE row = ?", (row.id,)).fetchone()
    assert written == (1,)


def test_all_wrong_settings_are_named_and_none_is_set(store):
    wrong = {(CORE, "organisation"): "Reed", (CORE, "language"): "xx", (CORE, "digits"): "", ("buses", "seats"): 3}
    with pytest.raises(BadInput) as refused:
        write(set_settings, None, wrong)
    assert set(refused.value.errors) == {"core.language", "core.digits", "buses.seats"}
    assert Setting.select().count() == 0


def test_a_setting_that_no_plugin_has_is_nothing(store):
    assert event_setting(None, "buses", "seats") is None
