"""Files that leave the laptop, encrypted with a passphrase.

Source: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance, 2015) over AES-256-GCM, the key by scrypt (RFC 7914): pieces of 1 MiB, each with its
number and whether it is the last, so that none can be changed, dropped or moved unseen.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from mudhif.domain.errors import Refused
from mudhif.i18n import N_

MAGIC = b"mudhif-sealed-1\n"
PIECE = 1 << 20
TAG = 16
_SALT, _PREFIX = 16, 7


class WrongPassphrase(Refused):
    message = N_("The passphrase does not open this file, or the file was changed.")
    code = "wrong-passphrase"


class NeedsPassphrase(Refused):
    message = N_("%(path)s is encrypted. Give its passphrase: --passphrase-stdin")
    code = "needs-passphrase"


def is_encrypted(path: Path) -> bool:
    """Whether the file was written by `encrypt`."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def encrypt(source: Path, target: Path, passphrase: str) -> None:
    """Write ``source`` encrypted into ``target``."""
    salt, prefix = os.urandom(_SALT), os.urandom(_PREFIX)
    cipher = _cipher(passphrase, salt)
    with source.open("rb") as plain, target.open("wb") as sealed:
        sealed.write(MAGIC + salt + prefix)
        for number, (piece, is_last) in enumerate(_pieces(plain, PIECE)):
            sealed.write(cipher.encrypt(_nonce(prefix, number, is_last), piece, MAGIC))


def decrypt(source: Path, target: Path, passphrase: str) -> None:
    """Write the plain content of ``source`` into ``target``.

    Raises:
        WrongPassphrase: it is not the passphrase, or a piece was changed, moved or cut off.
    """
    from cryptography.exceptions import InvalidTag

    with source.open("rb") as sealed, target.open("wb") as plain:
        header = sealed.read(len(MAGIC) + _SALT + _PREFIX)
        salt, prefix = header[len(MAGIC) : -_PREFIX], header[-_PREFIX:]
        cipher = _cipher(passphrase, salt)
        for number, (piece, is_last) in enumerate(_pieces(sealed, PIECE + TAG)):
            try:
                plain.write(cipher.decrypt(_nonce(prefix, number, is_last), piece, MAGIC))
            except InvalidTag:
                raise WrongPassphrase from None


def _pieces(file: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    piece = file.read(size)
    while True:
        following = file.read(size)
        yield piece, not following
        if not following:
            return
        piece = following


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + struct.pack(">I?", number, is_last)


def _cipher(passphrase: str, salt: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return AESGCM(Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(passphrase.encode()))
