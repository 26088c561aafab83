"""Seals: what a sealed document proves, and everything that must break the proof."""

import io
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from asn1crypto import pem, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import CertificateBuilder, load_pem_x509_certificate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfWriter

from tongban.kit.signing import (
    Signer,
    Verdict,
    issuer,
    root_certificate,
    sign_bytes,
    sign_pdf,
    verify_bytes,
    verify_pdf,
)

NAME, CODE = "雅安市市场监督管理局（演示）", "11511800MB0A01029B"
AT = datetime(2026, 11, 23, 9, 5, 7, 123456, tzinfo=timezone(timedelta(hours=8)))
SIGNED_AT = datetime(2026, 11, 23, 1, 5, 7, tzinfo=UTC)
VALID = Verdict(valid=True, intact=True, signer=NAME, signed_at=SIGNED_AT)


def blank(title: str = "letter") -> bytes:
    out, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(width=100, height=100)
    writer.add_metadata({"/Title": title})
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("seals")


@pytest.fixture(scope="module")
def root(folder):
    return root_certificate(folder)


@pytest.fixture(scope="module")
def signer(folder):
    return issuer(folder, NAME, CODE)


@pytest.fixture(scope="module")
def sealed(signer):
    return sign_pdf(blank(), signer=signer, reason="准予决定", at=AT)


def problem(code: str) -> Verdict:
    return Verdict(valid=False, intact=False, problems=(code,))


def test_a_sealed_document_names_its_signer_and_time(sealed, root):
    assert verify_pdf(sealed, root=root) == VALID


def test_another_validator_agrees_that_the_whole_file_is_certified(sealed, root):
    context = ValidationContext(trust_roots=[x509.Certificate.load(pem.unarmor(root)[2])], moment=SIGNED_AT)
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    status = validate_pdf_signature(signature, context)
    assert (status.bottom_line, status.coverage) == (True, SignatureCoverageLevel.ENTIRE_FILE)
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.self_reported_timestamp == SIGNED_AT


def test_every_byte_of_the_file_counts(sealed, root):
    """Each seventh byte of the file, flipped, breaks the seal; none goes unnoticed."""
    for position in range(0, len(sealed), 7):
        flipped = bytearray(sealed)
        flipped[position] ^= 0x20
        verdict = verify_pdf(bytes(flipped), root=root)
        assert not verdict.valid, position
        assert verdict.signer == "" and verdict.problems


@given(data=st.data())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_is_found_wherever_it_is(sealed, root, data):
    position = data.draw(st.integers(0, len(sealed) - 1))
    flipped = bytearray(sealed)
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    assert not verify_pdf(bytes(flipped), root=root).valid


def test_a_change_an_addition_a_cut_and_no_signature_are_told_apart(sealed, root):
    changed = sealed.replace(b"/MediaBox", b"/CropBox ", 1)
    assert changed != sealed
    assert verify_pdf(changed, root=root) == problem("changed")
    assert verify_pdf(sealed + b"\n", root=root) == problem("added_to")
    assert verify_pdf(sealed[:-1], root=root) == problem("changed")
    assert verify_pdf(blank(), root=root) == problem("unsigned")


def test_a_seal_of_the_same_name_from_elsewhere_is_foreign(sealed, root, tmp_path):
    forger = issuer(tmp_path, NAME, CODE)
    forged = sign_pdf(blank(), signer=forger, reason="准予决定", at=AT)
    assert verify_pdf(forged, root=root) == problem("foreign")
    assert verify_pdf(sealed, root=root_certificate(tmp_path)) == problem("foreign")


def test_a_forger_who_copies_the_names_of_root_and_organ_is_foreign(root, signer):
    """Same subject, same issuer, another key: the chain decides, not the names."""
    key = ec.generate_private_key(ec.SECP256R1())
    ours = signer.certificate
    builder = (
        CertificateBuilder()
        .subject_name(ours.subject)
        .issuer_name(ours.issuer)
        .public_key(key.public_key())
        .serial_number(ours.serial_number)
        .not_valid_before(ours.not_valid_before_utc)
        .not_valid_after(ours.not_valid_after_utc)
    )
    for extension in ours.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    forged = Signer(name=NAME, code=CODE, key=key, certificate=builder.sign(key, hashes.SHA256()))
    sealed = sign_pdf(blank(), signer=forged, reason="准予决定", at=AT)
    assert verify_pdf(sealed, root=root) == Verdict(valid=False, intact=True, problems=("foreign",))


def test_a_document_sealed_again_by_a_stranger_is_not_ours(sealed, root, tmp_path):
    stranger = issuer(tmp_path, "他人", "X1")
    updated = io.BytesIO()
    writer = PdfWriter(io.BytesIO(sealed), incremental=True)
    writer.add_metadata({"/Title": "changed"})
    writer.write(updated)
    assert not verify_pdf(updated.getvalue(), root=root).valid
    again = sign_pdf(blank("changed"), signer=stranger, reason="x", at=AT)
    assert verify_pdf(again, root=root) == problem("foreign")


def test_a_signature_cannot_be_moved_to_another_document(sealed, signer, root):
    other = sign_pdf(blank("a different letter"), signer=signer, reason="准予决定", at=AT)

    def contents(pdf: bytes) -> bytes:
        return re.search(rb"/Contents <([0-9A-F]+)>", pdf)[1]

    hole = contents(other)
    moved = other.replace(hole, contents(sealed).rstrip(b"0").ljust(len(hole), b"0"))
    assert len(moved) == len(other)
    assert verify_pdf(moved, root=root) == problem("changed")


def test_words_that_look_like_a_signature_confuse_nobody(signer, root):
    reason = "/ByteRange [0 1 2 3] /M (D:20200101000000Z) /Contents <00>"
    sealed = sign_pdf(blank(reason), signer=signer, reason=reason, at=AT)
    assert verify_pdf(sealed, root=root) == VALID


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_upload_gets_a_verdict(root, noise, start, end, rest):
    upload = noise + b"<00>/ByteRange [0 %d %d %d]/M (D:20261340000000Z)" % (start, end, rest) + noise
    assert not verify_pdf(upload, root=root).valid
    assert not verify_bytes(b"data", noise, root=root).valid


def test_an_organ_keeps_its_seal_and_a_renamed_organ_gets_another(folder, signer):
    again, renamed = issuer(folder, NAME, CODE), issuer(folder, "雅安市市场监管局", CODE)
    assert again.certificate == signer.certificate
    assert renamed.certificate != signer.certificate
    subject = signer.certificate.subject.rfc4514_string()
    assert NAME in subject and CODE in subject


def test_processes_that_arrive_together_share_one_root_and_one_seal(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        seals = list(pool.map(lambda _: issuer(tmp_path, NAME, CODE), range(16)))
    assert len({seal.certificate for seal in seals}) == 1
    assert len({seal.key.private_numbers().private_value for seal in seals}) == 1
    seals[0].certificate.verify_directly_issued_by(load_pem_x509_certificate(root_certificate(tmp_path)))
    assert len(list(tmp_path.iterdir())) == 2


def test_keys_are_readable_by_their_owner_only(tmp_path):
    folder = tmp_path / "keys" / "seals"
    issuer(folder, NAME, CODE)
    modes = {stat.S_IMODE(os.stat(path).st_mode) for path in folder.iterdir()}
    assert (stat.S_IMODE(folder.stat().st_mode), modes) == (0o700, {0o600})
    assert b"PRIVATE" not in root_certificate(folder)


@pytest.mark.parametrize("code", ["", "../../etc/x", "11511800/B", "编码"])
def test_a_code_that_could_name_another_file_is_refused(tmp_path, code):
    with pytest.raises(ValueError, match="not an organ code"):
        issuer(tmp_path, NAME, code)


def test_a_seal_does_not_show_its_key(signer):
    secret = f"{signer.key.private_numbers().private_value:x}"
    assert secret not in repr(signer)


def test_sealing_and_verifying_open_no_connection(monkeypatch, signer, root):
    def refuse(*_):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    assert verify_pdf(sign_pdf(blank(), signer=signer, reason="x", at=AT), root=root) == VALID


def test_bytes_are_signed_beside_and_every_flipped_bit_is_found(signer, root):
    signature = sign_bytes(b"checkpoint", signer=signer, at=AT)
    assert verify_bytes(b"checkpoint", signature, root=root) == VALID
    assert verify_bytes(b"checkpoinT", signature, root=root) == problem("changed")
    for position in range(0, len(signature), 3):
        flipped = bytearray(signature)
        flipped[position] ^= 1
        assert not verify_bytes(b"checkpoint", bytes(flipped), root=root).valid, position


def test_a_pdf_is_not_signed_as_bytes(signer):
    with pytest.raises(ValueError, match="sealed with sign_pdf"):
        sign_bytes(blank(), signer=signer, at=AT)
