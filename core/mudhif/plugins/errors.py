"""What can be the matter with a plugin or with the file it comes in, each in a sentence."""

from __future__ import annotations

from mudhif.domain.errors import BadFile, NotFound, Refused
from mudhif.i18n import N_


class PluginRefused(Refused):
    """A plugin that cannot be used; the rest goes on without it."""

    code = "plugin-refused"


class NoSuchPlugin(NotFound):
    message = N_("There is no plugin “%(name)s” here. See “mudhif plugins list”.")
    code = "no-such-plugin"


class CameWithMudhif(Refused):
    message = N_("“%(name)s” came with Mudhif and cannot be removed. It can be switched off.")
    code = "bundled"


class NothingBefore(Refused):
    message = N_("“%(name)s” has no former version here to return to.")
    code = "no-former-version"


class NotAPackage(BadFile):
    message = N_("%(file)s is no plugin that Mudhif can install: a wheel (.whl) or a pack (.zip) is expected.")
    code = "not-a-package"

    def __init__(self, file: str) -> None:
        super().__init__(self.message, file=file)


class FileChanged(BadFile):
    message = N_("This file was changed on its way (SHA-256 differs). It was not installed.")
    code = "file-changed"

    def __init__(self) -> None:
        super().__init__(self.message)


class UnsafePackage(BadFile):
    message = N_("This file was not installed: it holds “%(name)s”, %(reason)s.")
    code = "unsafe-package"

    def __init__(self, name: str, reason: object) -> None:
        super().__init__(self.message, name=name, reason=reason)
