"""The installation's own certificate authority, and the certificate with which the server speaks https.

No public authority signs for an address of a hall's Wi-Fi. So each installation has one of its own, made once and kept:
a phone that trusts it goes on trusting the laptop when its address or its certificate changes.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509 import Certificate, GeneralName

log = logging.getLogger(__name__)

AUTHORITY_YEARS = 10
#: A laptop whose clock runs ahead when the authority is made must not be unknown to phones until then.
AUTHORITY_BACKDATED = timedelta(days=365)
#: Apple takes 825 days from an authority that was installed by hand, and 398 from the public ones.
LEAF_DAYS = 397
LEAF_BACKDATED = timedelta(days=1)
RENEW_BEFORE = timedelta(days=30)

#: For no other names does the authority vouch (RFC 5280, 4.2.1.10): with its key nobody could pose as a site of the
#: internet to a phone that trusts it. Addresses are left open: some halls use public ones on their Wi-Fi.
DOMAINS = ("localhost", "local", "lan", "internal", "home.arpa")


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where the authority and the server's certificate lie."""

    folder: Path

    @property
    def authority(self) -> Path:
        return self.folder / "authority.crt"

    @property
    def authority_key(self) -> Path:
        return self.folder / "authority.key"

    @property
    def certificate(self) -> Path:
        return self.folder / "server.crt"

    @property
    def key(self) -> Path:
        return self.folder / "server.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """What may be shown and given away of an authority: everything but its key."""

    der: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, 64 hexadecimal digits in capitals."""
        return hashlib.sha256(self.der).hexdigest().upper()

    @property
    def name(self) -> str:
        """How it is listed on a phone: ``Mudhif 3F2A-91C0``."""
        from cryptography import x509

        common = x509.load_der_x509_certificate(self.der).subject.get_attributes_for_oid(x509.OID_COMMON_NAME)
        return str(common[0].value)


def in_groups(fingerprint: str) -> str:
    """A fingerprint as people compare it, four digits at a time.

    >>> in_groups("3F2A91C0")
    '3F2A 91C0'
    """
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))


def authority(folder: Path) -> Authority:
    """The authority of an installation; made at the first call and kept for good.

    Args:
        folder: the installation's keys.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    return Authority(der=_authority(Files(folder=folder), datetime.now(UTC))[0].public_bytes(Encoding.DER))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How it stands with the server's certificate."""

    ends: datetime
    covers: tuple[str, ...]
    """Names and addresses, as a phone would write them."""
    is_ours: bool
    """Whether the authority that phones trust has signed it."""


def standing(folder: Path) -> Standing | None:
    """How it stands with the server's certificate; None where there is none, or none that can be read."""
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    files = Files(folder=folder)
    try:
        leaf = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        named = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return None
    try:
        leaf.verify_directly_issued_by(x509.load_pem_x509_certificate(files.authority.read_bytes()))
        is_ours = True
    except (OSError, ValueError, TypeError, InvalidSignature):
        is_ours = False
    return Standing(ends=leaf.not_valid_after_utc, covers=tuple(str(name.value) for name in named), is_ours=is_ours)


def known_authority(folder: Path) -> Authority | None:
    """The authority, if there is one already; makes nothing."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        stored = Files(folder=folder).authority.read_bytes()
        return Authority(der=x509.load_pem_x509_certificate(stored).public_bytes(Encoding.DER))
    except (OSError, ValueError):
        return None


def certify(folder: Path, addresses: Sequence[str], names: Sequence[str] = (), now: datetime | None = None) -> bool:
    """See to it that the server's certificate holds for these addresses and names; true where a new one was made.

    One that has 30 days left and names all of them stays. The certificate's file holds the authority's, too, as a
    server sends them.
    """
    now = now or datetime.now(UTC)
    files = Files(folder=folder)
    issuer, issuer_key = _authority(files, now)
    wanted = _alternatives(addresses, names)
    if _still_good(files, issuer, wanted, now):
        return False
    from cryptography.hazmat.primitives.serialization import Encoding

    key = _new_key()
    leaf = _signed_leaf(issuer, issuer_key, key, wanted, now)
    _write(files.key, _key_bytes(key))
    _write(files.certificate, leaf.public_bytes(Encoding.PEM) + issuer.public_bytes(Encoding.PEM), mode=0o644)
    return True


# ---------------------------------------------------------------- the authority


def _authority(files: Files, now: datetime) -> tuple[Certificate, EllipticCurvePrivateKey]:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

    try:
        found = x509.load_pem_x509_certificate(files.authority.read_bytes())
        key = load_pem_private_key(files.authority_key.read_bytes(), password=None)
        if key.public_key() == found.public_key() and now < found.not_valid_after_utc - RENEW_BEFORE:
            return found, key  # type: ignore[return-value]  # made by us, on a curve
        log.warning("the certificate authority is over, or its key is another's: a new one is made")
    except FileNotFoundError:
        if files.authority.exists():
            log.warning("the certificate authority has lost its key: a new one is made, phones have to trust it anew")
    except ValueError:
        log.warning("the certificate authority cannot be read: a new one is made, phones have to trust it anew")
    made = _new_key()
    certificate = _self_signed(made, now)
    files.folder.mkdir(parents=True, exist_ok=True)
    # The key first: a certificate whose key is missing would be an authority that cannot sign.
    _write(files.authority_key, _key_bytes(made))
    _write(files.authority, certificate.public_bytes(Encoding.PEM), mode=0o644)
    return certificate, made


def _self_signed(key: EllipticCurvePrivateKey, now: datetime) -> Certificate:
    from cryptography import x509

    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    short = identifier.digest.hex().upper()[:8]
    # A phone may have met several laptops: the four and four digits tell them apart, and name nobody.
    name = x509.Name([
        x509.NameAttribute(x509.OID_COMMON_NAME, f"Mudhif {short[:4]}-{short[4:]}"),
        x509.NameAttribute(x509.OID_ORGANIZATION_NAME, "Mudhif"),
    ])  # fmt: skip
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - AUTHORITY_BACKDATED)
        .not_valid_after(now + timedelta(days=365 * AUTHORITY_YEARS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=_permitted(), excluded_subtrees=None), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, _sha256())
    )


def _permitted() -> list[GeneralName]:
    from cryptography import x509

    return [x509.DNSName(domain) for domain in DOMAINS]


# ---------------------------------------------------------------- the server's certificate


def _alternatives(addresses: Sequence[str], names: Sequence[str]) -> list[GeneralName]:
    """What the certificate is for, in a fixed order; a name for which the authority may not vouch is left out."""
    from cryptography import x509

    ips = {ipaddress.ip_address(text) for text in (*addresses, "127.0.0.1", "::1")}
    hosts = {"localhost", *(name.lower().rstrip(".") for name in names)}
    return [
        *(x509.DNSName(host) for host in sorted(hosts) if _is_ours(host)),
        *(x509.IPAddress(ip) for ip in sorted(ips, key=lambda ip: (ip.version, int(ip)))),
    ]


def _is_ours(host: str) -> bool:
    """Whether a name is one of a local network.

    >>> [_is_ours(name) for name in ("mudhif.local", "localhost", "desk", "icva.net")]
    [True, True, False, False]
    """
    return host.isascii() and any(host == domain or host.endswith(f".{domain}") for domain in DOMAINS)


def _still_good(files: Files, issuer: Certificate, wanted: list[GeneralName], now: datetime) -> bool:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        leaf = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        key = load_pem_private_key(files.key.read_bytes(), password=None)
        leaf.verify_directly_issued_by(issuer)
        named = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return (
        set(named) == set(wanted)
        and key.public_key() == leaf.public_key()
        # A clock that was ahead when it was made has been put right since.
        and leaf.not_valid_before_utc <= now < leaf.not_valid_after_utc - RENEW_BEFORE
    )


def _signed_leaf(
    issuer: Certificate,
    issuer_key: EllipticCurvePrivateKey,
    key: EllipticCurvePrivateKey,
    names: list[GeneralName],
    now: datetime,
) -> Certificate:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    begins = now - LEAF_BACKDATED
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.OID_COMMON_NAME, "Mudhif")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=LEAF_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(issuer_key, _sha256())
    )


# ---------------------------------------------------------------- keys and files


def _new_key() -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _sha256() -> SHA256:
    from cryptography.hazmat.primitives.hashes import SHA256

    return SHA256()


def _key_bytes(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file whole or not at all; nobody but its owner ever reads a key, not even half of it."""
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
