"""Electronic seals: keys of an installation, sealed PDFs (PAdES), detached signatures, verification.

Everything is checked offline against the installation's own root certificate: no time-stamping service,
no revocation look-up. `signed_at` is therefore the signer's word; the record's log is the proof of time.
Not for use inside a running event loop: the signing library starts its own.
"""

import asyncio
import hashlib
import logging
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import msgspec
from asn1crypto import cms, keys, pem
from asn1crypto import parser as der
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import async_validate_cms_signature
from pyhanko.sign.validation.generic_cms import extract_self_reported_ts
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

# Wide, because a seal must stay verifiable as long as the document is kept and because a demonstration
# city is built on virtual time. An operator with certificates of a licensed authority replaces the files.
VALID_FROM = datetime(2015, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2049, 12, 31, tzinfo=UTC)

# A damaged or foreign signature is an answer here, not a fault worth a traceback in the log.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)

_PDF = b"%PDF-"
_FIELD = "Seal"
_DIGEST = "sha256"
_RANGE = re.compile(rb"/ByteRange ?\[ ?0 (\d+) (\d+) (\d+) ?\]")
_DATE = re.compile(rb"/M ?\(D(?::|\\072)(\d{14})Z\)")
_HEX = re.compile(rb"<([0-9A-F]{2}(?:[0-9A-F]{2})*)>")


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """An organ's seal: its name and code as in the certificate, and the private key."""

    name: str
    code: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What checking a signature found.

    `intact`: the content is known to be what was signed. `valid`: intact, and sealed by this installation;
    only then are `signer` and `signed_at` (UTC) filled. `problems` is empty when valid, else one code:
    `unsigned`, `foreign` (another authority's signature), `added_to` (something follows the signed part),
    `changed`, or `broken` (the signature itself is damaged).
    """

    valid: bool
    intact: bool
    signer: str = ""
    signed_at: datetime | None = None
    problems: tuple[str, ...] = ()


def issuer(folder: Path, organ_name: str, organ_code: str) -> Signer:
    """The seal of an organ, made and certified on first use.

    Keys live in `folder` (0700, files 0600): `root.pem` of the installation and one file for each code
    and name, so that a renamed organ gets a new seal. Safe when several processes arrive at once.
    Raises ValueError for a code that is not letters and digits, or a name over 64 characters.
    """
    if not (organ_code.isascii() and organ_code.isalnum()):
        raise ValueError(f"not an organ code: {organ_code!r}")
    tag = hashlib.sha256(organ_name.encode()).hexdigest()[:8]
    subject = _name(organ_name, (NameOID.ORGANIZATION_NAME, organ_name), (NameOID.SERIAL_NUMBER, organ_code))
    key, certificate = _kept(folder / f"{organ_code}-{tag}.pem", lambda: _certified(subject, _root(folder)))
    return Signer(name=organ_name, code=organ_code, key=key, certificate=certificate)


def root_certificate(folder: Path) -> bytes:
    """The installation's root certificate in PEM: public, what everybody verifies against."""
    return _root(folder)[1].public_bytes(Encoding.PEM)


def sign_pdf(pdf: bytes, *, signer: Signer, reason: str, at: datetime) -> bytes:
    """`pdf` with a PAdES certification signature that permits no later change.

    `at` is an aware instant, stored to the second in UTC.
    """
    wanted = signers.PdfSignatureMetadata(
        field_name=_FIELD,
        md_algorithm=_DIGEST,
        name=signer.name,
        reason=reason,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    sealing = _SigningAt(wanted, signer=_signer(signer))
    sealing.at = at.astimezone(UTC)
    return sealing.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf))).getvalue()


def verify_pdf(pdf: bytes, *, root: bytes) -> Verdict:
    """Whether `pdf`, whole and to the last byte, was sealed under the certificate `root` (PEM).

    Stricter than PDF viewers: the signature must cover the entire file, so nothing in it needs parsing
    before it is known to be genuine.
    """
    found = [(mark.start(), *map(int, mark.groups())) for mark in _RANGE.finditer(pdf)]
    if not found or not pdf.startswith(_PDF):  # what sign_bytes signs is never taken for a file
        return Verdict(valid=False, intact=False, problems=("unsigned",))
    if _anchor(root).subject.dump().hex().upper().encode() not in pdf:
        return Verdict(valid=False, intact=False, problems=("foreign",))
    # The entry stands right behind the signature it describes; the same words elsewhere mean nothing.
    placed = [span for at, *span in found if at - 2 <= span[1] <= at]
    if not placed:
        return Verdict(valid=False, intact=False, problems=("changed",))
    start, end, rest = placed[-1]
    if end + rest < len(pdf):
        return Verdict(valid=False, intact=False, problems=("added_to",))
    hole, signed_at = _HEX.fullmatch(pdf, start, end), _dated(pdf, end)
    if end + rest > len(pdf) or not hole or not signed_at:
        return Verdict(valid=False, intact=False, problems=("changed",))
    return _verify(pdf[:start] + pdf[end:], bytes.fromhex(hole[1].decode()), root=root, signed_at=signed_at)


def sign_bytes(data: bytes, *, signer: Signer, at: datetime) -> bytes:
    """A detached CMS signature (DER) of `data` made at the aware instant `at`.

    Raises ValueError for PDF data, whose signature could otherwise be transplanted into a file.
    """
    if data.startswith(_PDF):
        raise ValueError("a PDF is sealed with sign_pdf")
    attributes = PdfCMSSignedAttributes(signing_time=at.astimezone(UTC).replace(microsecond=0))
    signed = _signer(signer).async_sign_general_data(
        data, _DIGEST, use_cades=True, signed_attr_settings=attributes
    )
    return asyncio.run(signed).dump()


def verify_bytes(data: bytes, signature: bytes, *, root: bytes) -> Verdict:
    """Whether `signature` (from `sign_bytes`) is of `data` and sealed under the certificate `root` (PEM)."""
    return _verify(data, signature, root=root)


class _SigningAt(signers.PdfSigner):
    """A signer that dates the signature with the instant it is given instead of the machine's clock."""

    at: datetime

    def init_signing_session(self, *given, **named):
        session = super().init_signing_session(*given, **named)
        session.system_time = self.at
        return session


def _signer(signer: Signer) -> signers.SimpleSigner:
    """`signer` as the signing library wants it; only its own certificate is embedded."""
    pkcs8 = signer.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(signer.certificate.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(pkcs8),
        cert_registry=SimpleCertificateStore(),
    )


def _dated(pdf: bytes, start: int) -> datetime | None:
    """The date in the signature dictionary, whose entries follow the signature itself at `start`."""
    written = _DATE.search(pdf, start, start + 400)
    try:
        return datetime.strptime(written[1].decode() + "+0000", "%Y%m%d%H%M%S%z") if written else None
    except ValueError:
        return None


def _verify(content: bytes, signature: bytes, *, root: bytes, signed_at: datetime | None = None) -> Verdict:
    """Check a CMS `signature` of `content`; the time is `signed_at`, else the one it carries."""
    anchor = _anchor(root)
    try:
        signed = _parsed(signature)
        signed_at = signed_at or extract_self_reported_ts(signed["signer_infos"][0])
        status = asyncio.run(
            async_validate_cms_signature(
                signed,
                raw_digest=hashlib.sha256(content).digest(),
                validation_context=ValidationContext(trust_roots=[anchor], moment=signed_at),
            )
        )
    except (ValueError, TypeError, KeyError):  # what damaged DER ends in, however deep
        return Verdict(valid=False, intact=False, problems=("broken",))
    if not status.intact:
        return Verdict(valid=False, intact=False, problems=("changed",))
    if not status.valid:
        return Verdict(valid=False, intact=False, problems=("broken",))
    if not status.trusted:
        return Verdict(valid=False, intact=True, problems=("foreign",))
    name = status.signing_cert.subject.native["common_name"]
    return Verdict(valid=True, intact=True, signer=name, signed_at=signed_at)


def _anchor(root: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(pem.unarmor(root)[2])


def _parsed(signature: bytes) -> cms.SignedData:
    """The signed data in `signature`; ValueError unless it is one signer's plain envelope, zero-padded.

    The envelope is outside the signature, so it must be, byte for byte, the one its parts determine.
    """
    length = sum(map(len, der.parse(signature)[3:]))
    given, padding = signature[:length], signature[length:]
    signed = cms.ContentInfo.load(given)["content"]
    (info,), (holder,) = signed["signer_infos"], signed["certificates"]
    plain = cms.ContentInfo(
        {
            "content_type": "signed_data",
            "content": {
                "version": "v1",
                "digest_algorithms": [{"algorithm": _DIGEST}],
                "encap_content_info": {"content_type": "data"},
                "certificates": [holder],
                "signer_infos": [
                    {
                        "version": "v1",
                        "sid": {
                            "issuer_and_serial_number": {
                                "issuer": holder.chosen.issuer,
                                "serial_number": holder.chosen.serial_number,
                            }
                        },
                        "digest_algorithm": {"algorithm": _DIGEST},
                        "signed_attrs": info["signed_attrs"],
                        "signature_algorithm": {"algorithm": f"{_DIGEST}_ecdsa"},
                        "signature": info["signature"],
                    }
                ],
            },
        }
    )
    if padding.strip(b"\0") or plain.dump() != given:
        raise ValueError("not a plain signature")
    return signed


def _root(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Key and certificate of the installation's own authority."""
    return _kept(folder / "root.pem", lambda: _certified(_name(f"Tongban {os.urandom(4).hex()}"), None))


def _name(common: str, *parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    pairs = [(NameOID.COUNTRY_NAME, "CN"), *parts, (NameOID.COMMON_NAME, common)]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])


def _certified(subject: x509.Name, root: tuple[ec.EllipticCurvePrivateKey, x509.Certificate] | None) -> bytes:
    """A new P-256 key and its certificate in PEM: issued by `root`, or itself an authority without one."""
    key = ec.generate_private_key(ec.SECP256R1())
    own, authority = key.public_key(), root[0] if root else key
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    usage |= dict.fromkeys(("digital_signature", "content_commitment"), root is not None)
    usage |= dict.fromkeys(("key_cert_sign", "crl_sign"), root is None)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(root[1].subject if root else subject)
        .public_key(own)
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.BasicConstraints(ca=root is None, path_length=None if root else 0), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False
        )
        .sign(authority, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)


def _kept(path: Path, make: Callable[[], bytes]) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """The key and certificate in `path`; the first process to arrive makes them, all read the same."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    pem = path.read_bytes()
    key = load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path} holds no elliptic-curve key")
    return key, x509.load_pem_x509_certificate(pem)
