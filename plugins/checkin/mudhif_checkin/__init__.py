"""The door: tickets are scanned, guests checked in and out, and everybody sees how many have come.

What it adds to Mudhif stands in `hooks`; the rules in `judge` and `presence`.
"""

from mudhif.plugin_api import lazy_gettext

from .hooks import *  # noqa: F403 - the implementations, by their marks

MUDHIF_TITLE = lazy_gettext("Check-in")
MUDHIF_SUMMARY = lazy_gettext("Tickets are scanned, guests come in and go out, and everybody sees how many are there.")
