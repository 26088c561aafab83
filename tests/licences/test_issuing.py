"""A grant becomes a licence: numbered, signed, stating what a real one states, unchangeable, in the record."""

import json
import subprocess
from datetime import timedelta

import msgspec
import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import city
from tests.people.signing import sign_in
from tongban.cases.actions import letters
from tongban.cases.models import Letter
from tongban.kit import signing
from tongban.licences.actions import issuing
from tongban.licences.models import Licence
from tongban.licences.rules import documents, identifiers, tokens
from tongban.record import queries as record

pytestmark = pytest.mark.django_db
NEXT = city.AT + timedelta(days=1)


def granted(at=city.AT) -> Licence:
    """A food business licence, issued as the worker does."""
    number = city.granted(at)
    position = record.last_position("case", number)
    letters.issue(case_no=number, position=position, at=at)
    return Licence.objects.get(case_no=number)


def printed(licence: Licence) -> str:
    pdf = bytes(Letter.objects.get(pk=licence.letter).pdf)
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def test_a_grant_becomes_a_licence_row_once():
    licence = granted()
    assert identifiers.is_valid(licence.identifier)
    assert (licence.status, licence.edition, licence.item) == ("valid", 1, city.ITEM)
    assert licence.number == Letter.objects.get(pk=licence.letter).number
    letters.issue(case_no=licence.case_no, position=record.last_position("case", licence.case_no), at=NEXT)
    assert Licence.objects.filter(case_no=licence.case_no).count() == 1


def test_a_food_licence_prints_what_a_real_one_prints_and_no_question():
    """食品经营许可和备案管理办法: what the licence states."""
    licence = granted()
    labels = [detail["label"]["zh"] for detail in licence.document["details"]]
    assert labels == [
        "经营者名称", "统一社会信用代码", "法定代表人（负责人）", "经营场所", "主体业态", "经营项目",
    ]  # fmt: skip
    page = printed(licence)
    for words in [*labels, "有效期限", "发证机关", "电子证照标识", licence.number, licence.identifier]:
        assert "".join(words.split()) in page, words
    assert "您要办的是" not in page


def test_the_qr_code_of_the_pdf_opens_the_signed_facts():
    licence = granted()
    facts = tokens.open_token(licence.token, tokens.public_key(settings.LICENCE_KEY))
    assert (facts.number, facts.identifier) == (licence.number, licence.identifier)
    assert licence.document["verify_url"].endswith(f"/licences/verify/#{licence.token}")


def test_the_holder_downloads_json_that_the_organ_signed_with_the_same_facts():
    """国务院令第716号 Art 10; 电子签名法 Art 13."""
    licence = granted()
    client = Client()
    sign_in(client, "wang_xiaomei")
    content = client.get(f"/my/licences/{licence.pk}/licence.json").content
    signature = client.get(f"/my/licences/{licence.pk}/licence.json.p7s").content
    root = signing.root_certificate(settings.VAR_DIR / issuing.SEALS)
    verdict = signing.verify_bytes(content, signature, root=root)
    assert (verdict.valid, verdict.signer) == (True, licence.organ.name)
    assert not signing.verify_bytes(
        content.replace(b'"edition":1', b'"edition":2'), signature, root=root
    ).valid
    assert json.loads(content)["number"] == licence.number


def test_the_record_says_that_it_was_issued_and_of_which_document():
    licence = granted()
    (event,) = record.stream("licence", licence.identifier)
    assert (event.kind, event.facts["case_no"]) == ("licence_issued", licence.case_no)
    assert licence.party.name not in json.dumps(event.facts, ensure_ascii=False)


def test_only_the_end_of_a_licence_can_be_written():
    licence = granted()
    for change in ("number = 'x'", "document = '{}'", "valid_to = null", "party_id = party_id + 1"):
        with (
            pytest.raises((ProgrammingError, IntegrityError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"update licences_licence set {change} where id = %s", [licence.pk])
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("delete from licences_licence where id = %s", [licence.pk])


def test_a_case_has_one_valid_licence_and_a_number_is_used_once():
    licence = granted()
    for change in ({"case_no": licence.case_no}, {"number": licence.number}):
        values = {
            name: getattr(licence, name)
            for name in ("party", "organ", "version", "item", "document", "signature", "token", "letter", "issued_at", "valid_from")
        }  # fmt: skip
        fresh = {
            "case_no": "x",
            "number": "y",
            "code": "z",
            "identifier": licence.identifier[:-7] + "2.001.A",
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            Licence.objects.create(**values | fresh | change)


def test_the_stored_document_is_what_was_signed():
    licence = granted()
    content = documents.canonical(msgspec.convert(licence.document, documents.Document))
    root = signing.root_certificate(settings.VAR_DIR / issuing.SEALS)
    assert signing.verify_bytes(content, bytes(licence.signature), root=root).valid


def test_the_wallet_asks_the_same_number_of_statements_with_one_licence_and_with_three():
    client = Client()
    sign_in(client, "wang_xiaomei")
    counts = []
    for more in (1, 2):
        for _ in range(more):
            granted()
        client.get("/my/licences/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/my/licences/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
