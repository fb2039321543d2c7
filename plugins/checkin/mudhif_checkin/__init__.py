"""The door: tickets are scanned, guests checked in and out, and everybody sees how many have come.

What it adds to Mudhif stands in `hooks`; the rules in `judge` and `presence`.
"""

from .hooks import *  # noqa: F403 - the implementations, by their marks
