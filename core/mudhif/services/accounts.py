"""Who may come in, and what their roles allow: accounts with passwords, tokens of programs, the first-run link.

Accounts travel between laptops; passwords, tokens and links never do. A request is recognised from memory alone.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mudhif.domain.errors import BadInput, NotFound, Refused
from mudhif.domain.ids import new_id
from mudhif.i18n import N_, LazyText, _
from mudhif.plugins.types import Permission, Who
from mudhif.storage.models import Account, Credential, Device, DeviceToken, OnceLink, Token

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from mudhif.storage.writer import Tx

ADMINISTRATOR = "administrator"
ROLES = (ADMINISTRATOR, "coordinator", "reporter", "desk", "scanner", "timekeeper", "display", "viewer")
PASSWORD_LENGTH = 8
ONCE_LINK_HOURS = 24
FIRST_RUN = "welcome"
STAMP_LENGTH = 16

_OFFICE = frozenset({"coordinator", "reporter"})
_DESK = frozenset({"coordinator", "desk"})

#: Of the core; plugins bring theirs by the hook ``permissions``. An administrator holds every one.
CORE_PERMISSIONS: tuple[Permission, ...] = tuple(
    Permission(id=id, title=LazyText(title), roles=frozenset({ADMINISTRATOR}) | roles)  # type: ignore[arg-type]
    for id, title, roles in (
        ("event.view", N_("See events"), frozenset(ROLES)),
        ("event.edit", N_("Make and change events"), frozenset({"coordinator"})),
        ("guests.view", N_("See the guest list"), _OFFICE | _DESK | {"viewer"}),
        ("guests.contact", N_("See guests’ phone numbers and e-mail addresses"), _OFFICE | _DESK),
        ("guests.edit", N_("Register guests and change them"), _DESK),
        ("guests.import", N_("Import guest lists"), frozenset({"coordinator"})),
        ("guests.erase", N_("Erase a guest everywhere"), frozenset({"coordinator"})),
        ("tickets.print", N_("Print badges, tickets and the poster"), _DESK),
        ("devices.manage", N_("Pair phones and revoke them"), frozenset({"coordinator"})),
        ("cases.settle", N_("Settle open cases"), frozenset({"coordinator"})),
        ("settings.edit", N_("Change settings"), frozenset()),
        ("accounts.manage", N_("Manage accounts and tokens"), frozenset()),
        ("plugins.manage", N_("Install and switch plugins"), frozenset()),
    )
)


class UnknownRole(BadInput):
    message = N_("There is no role “%(role)s”. Choose one of: %(roles)s.")
    code = "unknown-role"

    def __init__(self, role: str) -> None:
        super().__init__(role=role, roles=", ".join(ROLES))


class WrongLink(NotFound):
    message = N_("This link has been used, or it is too old. Start Mudhif again: it prints a new one.")
    code = "wrong-link"


class AdministratorExists(Refused):
    message = N_("There is an administrator already. Sign in, or ask that person for an account.")
    code = "administrator-exists"


class WrongPassword(BadInput):
    """Deliberately silent about which of the two is wrong."""

    message = N_("This name and this password do not belong together. Try again.")
    code, status = "wrong-password", 401


def permissions_of(role: str | None, brought: Iterable[Permission] = ()) -> frozenset[str]:
    """What a role may do: the core's permissions and those that plugins brought."""
    every = (*CORE_PERMISSIONS, *brought)
    return frozenset(p.id for p in every if role == ADMINISTRATOR or role in p.roles)


# ---------------------------------------------------------------- passwords


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # late: commands that need no password do not pay for it

    return PasswordHasher()


def hash_password(password: str) -> str:
    """Hash a password; takes a tenth of a second on purpose, so do it before a unit of work, not in it.

    Raises:
        BadInput: it is too short.
    """
    if len(password) < PASSWORD_LENGTH:
        sentence = _("Choose at least %(length)s characters; a short sentence is best.", length=PASSWORD_LENGTH)
        raise BadInput(fields={"password": [sentence]})
    return _hasher().hash(password)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe())


def account_with(name: str, password: str) -> str:
    """The id of the account that this name and password open.

    Raises:
        WrongPassword: none.
    """
    from argon2.exceptions import Argon2Error, InvalidHashError

    wanted = _same_name(name)
    rows = _with_passwords().tuples()
    # Two laptops may each have made an account of one name: whoever knows its password is meant.
    candidates = [(id, stored) for id, named, _role, _event, stored in rows if _same_name(named) == wanted]
    for id, stored in candidates or [(None, _nobodys_hash())]:  # as slow for a name that is not there
        try:
            _hasher().verify(stored, password)
        except (Argon2Error, InvalidHashError):
            continue
        if id is not None:
            return str(id)
    raise WrongPassword


def _with_passwords() -> Any:
    """(id, name, role, event, password hash) of those who can sign in on this laptop."""
    columns = (Account.id, Account.name, Account.role, Account.event, Credential.hash)
    return Account.select(*columns).join(Credential, on=(Credential.account == Account.id)).where(~Account.deleted)


def _same_name(name: str) -> str:
    return " ".join(name.split()).casefold()


# ---------------------------------------------------------------- accounts


def create_account(
    tx: Tx, name: str, role: str, *, password_hash: str | None = None, event: str | None = None
) -> Account:
    """Make an account; without a password it cannot sign in on this laptop.

    Raises:
        BadInput: no name, or a role that does not exist.
    """
    name = _checked(name, role)
    account = tx.create(Account, name=name, role=role, event=event)
    if password_hash is not None:
        set_password(tx, account.id, password_hash)
        if role == ADMINISTRATOR:  # the first-run link has done its work, however the administrator was made
            OnceLink.delete().where(OnceLink.purpose == FIRST_RUN).execute()
    return account


def create_first_administrator(tx: Tx, name: str, password_hash: str, once: str) -> Account:
    """Make the administrator by the one-time link; the link is used up.

    Raises:
        AdministratorExists: somebody was quicker.
        WrongLink: the link is not good.
    """
    if has_administrator():
        raise AdministratorExists
    check_once_link(once, FIRST_RUN)
    return create_account(tx, name, ADMINISTRATOR, password_hash=password_hash)


def set_password(tx: Tx, account_id: str, password_hash: str) -> None:
    """Give an account its password; sessions that began with the old one end."""
    Credential.delete().where(Credential.account == account_id).execute()
    Credential.insert(account=account_id, hash=password_hash).execute()


def has_administrator() -> bool:
    """Whether somebody can sign in on this laptop as administrator."""
    return bool(_with_passwords().where(Account.role == ADMINISTRATOR).exists())


def _checked(name: str, role: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise BadInput(fields={"name": [_("Write a name.")]})
    if role not in ROLES:
        raise UnknownRole(role)
    return name


# ---------------------------------------------------------------- tokens and links


def create_token(tx: Tx, name: str, role: str, *, event: str | None = None) -> str:
    """Make an API token and return it; it is shown once, for only its SHA-256 is kept.

    Args:
        event: the id of the only event that it opens; None: all.
    """
    name = _checked(name, role)
    token = f"mudhif_{secrets.token_urlsafe(32)}"
    Token.insert(hash=digest(token), id=new_id(), name=name, role=role, event=event, made=datetime.now(UTC)).execute()
    return token


def good_tokens() -> list[Token]:
    """The tokens that still open something, oldest first."""
    return list(Token.select().where(Token.revoked.is_null()).order_by(Token.id))


def revoke_token(tx: Tx, token_id: str) -> None:
    """Close a token for good.

    Raises:
        NotFound: there is none of this id.
    """
    if not Token.update(revoked=datetime.now(UTC)).where(Token.id == token_id).execute():
        raise NotFound(name=token_id)


def create_once_link(tx: Tx, purpose: str) -> str:
    """Make the secret part of a link that may be used once; earlier ones of this purpose end."""
    OnceLink.delete().where(OnceLink.purpose == purpose).execute()
    once = secrets.token_urlsafe(24)
    expires = datetime.now(UTC) + timedelta(hours=ONCE_LINK_HOURS)
    OnceLink.insert(hash=digest(once), purpose=purpose, expires=expires).execute()
    return once


def check_once_link(once: str, purpose: str) -> None:
    """Refuse a link that is not good.

    Raises:
        WrongLink: unknown, used up or too old.
    """
    link = OnceLink.get_or_none(OnceLink.hash == digest(once), OnceLink.purpose == purpose)
    if link is None or link.expires < datetime.now(UTC):
        raise WrongLink


def digest(secret: str) -> str:
    """What is kept of a long random secret; it needs no slow hash, for nobody can guess it."""
    return hashlib.sha256(secret.encode()).hexdigest()


# ---------------------------------------------------------------- who is asking


@dataclass(frozen=True, slots=True)
class _Member:
    who: Who
    stamp: str
    """Changes with the password, so that an old session ends."""


def _device_tokens(now: datetime) -> list[tuple[str, Device]]:
    """The devices that were paired here and may come in, with the digests of their tokens."""
    here = {row.device: row.hash for row in DeviceToken.select()}
    good = Device.select().where(Device.id.in_(list(here)) & Device.revoked.is_null() & ~Device.deleted)
    return [(here[device.id], device) for device in good if device.expires > now]


class Members:
    """All who may come in, in memory: a request costs a dictionary look-up and no query.

    Args:
        brought: asks for the permissions that plugins bring.
    """

    def __init__(self, brought: Callable[[], Iterable[Permission]] = tuple) -> None:
        self._brought = brought
        self._tokens: dict[str, Who] = {}
        self._accounts: dict[str, _Member] = {}
        self._refreshing = threading.Lock()
        self._next_end = float("inf")
        self.devices: dict[str, Device] = {}
        """The paired devices that may come in, by their ids."""
        self.seen: dict[str, float] = {}
        """When each of them last asked for something, in seconds of the wall clock; since this process began."""

    def refresh(self) -> None:
        """Read them anew: after a change here, and when another process has written."""
        # One at a time: else a slow reader could put back what a quicker one has replaced.
        with self._refreshing:
            brought = tuple(self._brought())
            rights = {role: permissions_of(role, brought) for role in ROLES}
            nothing: frozenset[str] = frozenset()
            tokens = {
                t.hash: Who(id=t.id, name=t.name, role=t.role, permissions=rights.get(t.role, nothing), event=t.event)
                for t in good_tokens()
            }
            accounts = {
                id: _Member(
                    Who(id=id, name=name, role=role, permissions=rights.get(role, nothing), event=event),
                    digest(stored)[:STAMP_LENGTH],
                )
                for id, name, role, event, stored in _with_passwords().tuples()
            }
            devices = {}
            for hashed, device in _device_tokens(datetime.now(UTC)):
                rights_here = rights.get(device.role, nothing)
                who = Who(id=device.id, name=device.name, role=device.role, permissions=rights_here, event=device.event)
                tokens[hashed] = who
                accounts[device.id] = _Member(who, hashed[:STAMP_LENGTH])
                devices[device.id] = device
            self._next_end = min((device.expires.timestamp() for device in devices.values()), default=float("inf"))
            self._tokens, self._accounts, self.devices = tokens, accounts, devices

    def known_token(self, token: str) -> Who | None:
        """Who holds this token, as far as memory knows."""
        now = time.time()
        if now >= self._next_end:  # a device's time is up: who may still come in, only the database says
            return None
        who = self._tokens.get(digest(token))
        if who is not None and who.id in self.devices:
            self.seen[str(who.id)] = now
        return who

    def of_token(self, token: str) -> Who | None:
        """Who holds this token. An unknown one is looked for in the database, for it may be a second old."""
        who = self.known_token(token)
        if who is None:
            self.refresh()
            who = self.known_token(token)
        return who

    def of_session(self, account_id: str, stamp: str) -> Who | None:
        """Whose session this is, if the password is still the one that opened it."""
        if account_id not in self._accounts or time.time() >= self._next_end:
            self.refresh()
        member = self._accounts.get(account_id)
        if member is None or not secrets.compare_digest(member.stamp, stamp):
            return None
        if account_id in self.devices:
            self.seen[account_id] = time.time()
        return member.who

    def stamp(self, account_id: str) -> str:
        """What a new session of this account has to carry."""
        self.refresh()
        return self._accounts[account_id].stamp
