"""Every error that a person may meet: what is wrong, where, and what to do.

One handler at the edge turns them into a page, an API answer or a line on the terminal.
"""

from __future__ import annotations

from typing import Any

from mudhif.i18n import N_, _


class MudhifError(Exception):
    """Something that can be said in one sentence.

    Args:
        message: the sentence, if not the class's own.
        values: what its ``%(name)s`` stand for.
    """

    message = N_("This cannot be done.")
    code = "refused"
    status = 400

    def __init__(self, message: str | None = None, /, **values: Any) -> None:
        super().__init__(message or self.message)
        self.template = message or self.message
        self.values = values

    def __str__(self) -> str:
        return _(self.template, **self.values)

    @property
    def errors(self) -> dict[str, list[str]]:
        """What is wrong with which field; empty where no field is meant."""
        return {}


class NotFound(MudhifError):
    message = N_("There is nothing here under the name “%(name)s”.")
    code, status = "not-found", 404


class NotSignedIn(MudhifError):
    message = N_("Sign in first.")
    code, status = "not-signed-in", 401


class NotAllowed(MudhifError):
    message = N_("This needs the right “%(right)s”, which this account does not have. Ask an administrator.")
    code, status = "not-allowed", 403


class Refused(MudhifError):
    code, status = "refused", 409


class BadInput(MudhifError):
    """Fields of a form, a file or a request that cannot be used."""

    message = N_("Some of this cannot be used: %(what)s")
    code, status = "bad-input", 422

    def __init__(
        self, message: str | None = None, /, *, fields: dict[str, list[str]] | None = None, **values: Any
    ) -> None:
        self.fields = fields or {}
        values.setdefault(
            "what", "; ".join(f"{name}: {' '.join(map(str, said))}" for name, said in self.fields.items())
        )
        super().__init__(message, **values)

    @property
    def errors(self) -> dict[str, list[str]]:
        return self.fields


class BadFile(MudhifError):
    """A file that is not what it should be; says where, as far as that is known."""

    message = N_("%(reason)s")
    code, status = "bad-file", 422

    def __init__(self, reason: str, /, *, row: int | None = None, field: str | None = None, **values: Any) -> None:
        self.row, self.field = row, field
        super().__init__(reason, **values)

    def __str__(self) -> str:
        place = [_("row %(row)s", row=self.row)] if self.row is not None else []
        place += [str(self.field)] if self.field else []
        return f"{', '.join(place)}: {super().__str__()}" if place else super().__str__()


class TooMany(MudhifError):
    message = N_("Too many tries in a short time. Wait %(seconds)s seconds, then try again.")
    code, status = "too-many", 429


class Unavailable(MudhifError):
    code, status = "unavailable", 503


class InstanceBusy(Unavailable):
    message = N_("Mudhif is running on this instance (%(path)s). Stop it first, then try again.")
    code = "busy"
