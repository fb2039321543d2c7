"""Translation for every layer: the reader's language on a page, English elsewhere.

Importing it costs nothing: Babel is loaded only where a page already did.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

write_count: Callable[[int], str] = str
"""How a page writes the number of ``ngettext``; the pages set it, since they know the reader's digits."""


class LazyText:
    """A sentence that is translated when it is shown, not when the module is imported."""

    __slots__ = ("_values", "message")

    def __init__(self, message: str, **values: Any) -> None:
        self.message = message
        self._values = values

    def __str__(self) -> str:
        return _(self.message, **self._values)

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))

    def __repr__(self) -> str:
        return f"LazyText({self.message!r})"

    def __mod__(self, values: Any) -> str:
        return str.__mod__(str(self), values)

    def format(self, *values: Any, **named: Any) -> str:
        """As `str.format`: the way in which marshmallow fills in a sentence of its own."""
        return str(self).format(*values, **named)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self.message)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate yet"
    """Mark a sentence for translation; `_` translates it later."""
    return message


def _on_a_page() -> bool:
    flask = sys.modules.get("flask")
    return flask is not None and "flask_babel" in sys.modules and flask.has_app_context()


def _(message: str, **values: Any) -> str:
    """The sentence in the reader's language, with its ``%(name)s`` filled in."""
    if _on_a_page():
        from flask_babel import gettext

        translated: str = gettext(message)
    else:
        translated = message
    return translated % values if values else translated


class _Count(int):
    def __str__(self) -> str:
        return write_count(int(self))


def ngettext(singular: str, plural: str, num: int, **values: Any) -> str:
    """The sentence for that number; ``%(num)s`` is the number."""
    if _on_a_page():
        from flask_babel import get_domain

        translated: str = get_domain().get_translations().ungettext(singular, plural, num)
        return translated % {"num": _Count(num), **values}
    return (singular if num == 1 else plural) % {"num": num, **values}


gettext = _
lazy_gettext = LazyText
