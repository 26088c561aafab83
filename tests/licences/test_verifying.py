"""Anybody verifies: by code, number or identifier here, by the status list online, on the command line offline."""

import json
import sys

import pytest
from django.conf import settings
from django.test import Client

from config import cli
from tests import city
from tests.licences.city_licences import ended, granted
from tongban.licences.models import Licence
from tongban.licences.queries import public
from tongban.licences.rules import status, tokens
from tongban.licences.rules.standing import Standing

pytestmark = pytest.mark.django_db


def asked(words: str) -> str:
    """What the server answers; the words only a script shows stand before it."""
    page = Client().get("/licences/verify/", {"q": words}).content.decode()
    return page.partition("data-facts")[2]


def listed(licence: Licence) -> status.StatusList:
    number, _ = status.place(licence.pk)
    content = Client().get(f"/licences/status/{number}.json").content
    return status.open_list(content, tokens.public_key(settings.LICENCE_KEY))


@pytest.mark.parametrize("name", ["code", "number", "identifier"])
def test_a_licence_is_found_by_what_stands_on_it_and_shows_public_facts_only(name):
    licence = granted()
    page = asked(getattr(licence, name))
    for words in ("证照有效", licence.number, licence.party.name, licence.organ.name):
        assert words in page
    assert "91511" not in page  # the holder's code is not among what is shown


def test_an_annulled_licence_fails_verification_at_once_everywhere():
    """Must hold: online at once, offline with the next status list."""
    licence = granted()
    kept = listed(licence)
    ended(licence)
    _, index = status.place(licence.pk)
    assert (kept.status(index), listed(licence).status(index)) == ("valid", "annulled")
    assert "证照已被撤销或注销" in asked(licence.code)
    letter = Client().get(f"/verify/{licence.code}/").content.decode()
    assert "证照已被撤销或注销" in letter
    assert "真实有效" not in letter


def test_words_that_are_no_licence_find_none():
    for words in ("", "x", "0" * 100, "雨市监证〔2026〕99999号", "a\0b"):
        assert "证照有效" not in asked(words)


def test_a_persons_licence_is_found_by_its_code_not_by_its_number():
    """个人信息保护法 Art 25."""
    licence = granted()
    document = json.loads(json.dumps(licence.document))
    document["holder"] |= {"kind": "person", "name": "王晓梅", "public_name": "王*梅"}
    values = {
        field.attname: getattr(licence, field.attname)
        for field in Licence._meta.concrete_fields
        if field.attname != "id"
    }
    fresh = {"number": "雨证1号", "case_no": "c", "code": "PPPPPPPPPPPP", "document": document,
             "identifier": licence.identifier.replace(".001.", ".007.")}  # fmt: skip
    Licence.objects.create(**values | fresh)
    assert public.typed("雨证1号", city.AT.date()) is None
    found = public.typed("PPPPPPPPPPPP", city.AT.date())
    assert (found.holder, found.standing) == ("王*梅", Standing.VALID)
    assert "王晓梅" not in asked("PPPPPPPPPPPP")


def test_the_published_key_checks_what_is_published():
    published = Client().get("/licences/key.json").json()
    assert bytes.fromhex(published["key"]) == public.key()
    assert tokens.open_token(granted().token, bytes.fromhex(published["key"]))


def test_a_status_list_far_beyond_all_licences_is_none():
    assert Client().get("/licences/status/100001.json").status_code == 404


@pytest.fixture
def tongban(monkeypatch, capsys):
    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["tongban", "licences", "verify", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        return stopped.value.code or 0, capsys.readouterr().out

    return run


def test_the_command_line_verifies_offline_from_address_file_and_json(tongban, tmp_path):
    licence = granted()
    key, kept = public.key().hex(), tmp_path / "status.json"
    number, _ = status.place(licence.pk)
    kept.write_bytes(Client().get(f"/licences/status/{number}.json").content)
    address, document = tmp_path / "qr.txt", tmp_path / "licence.json"
    address.write_text(licence.document["verify_url"], encoding="utf-8")
    document.write_text(json.dumps(licence.document), encoding="utf-8")
    for given in (licence.document["verify_url"], address, document):
        code, said = tongban(given, "--status", kept, "--key", key)
        assert (code, "证照有效" in said) == (0, True)
    ended(licence)
    assert tongban(address, "--status", kept, "--key", key)[0] == 0  # the list kept from before
    kept.write_bytes(Client().get(f"/licences/status/{number}.json").content)
    code, said = tongban(address, "--status", kept, "--key", key, "--json")
    assert (code, json.loads(said)["problems"]) == (1, ["annulled"])


def test_the_command_line_tells_forged_from_unreadable(tongban, tmp_path):
    licence = granted()
    key, kept = public.key().hex(), tmp_path / "status.json"
    kept.write_bytes(Client().get("/licences/status/0.json").content)
    other = tokens.public_key(bytes(32)).hex()
    url = licence.document["verify_url"]
    assert tongban(url, "--status", kept, "--key", other)[0] == 1
    assert tongban(url[:-10], "--status", kept, "--key", key)[0] in {1, 2}
    assert tongban("https://x/#nonsense", "--status", kept, "--key", key)[0] == 2
    assert tongban(url, "--status", kept, "--key", "zz")[0] == 2
    assert tongban(url, "--status", kept, "--key", "00")[0] == 2
    assert tongban(url, "--status", tmp_path / "none", "--key", key)[0] == 2
    kept.write_text("{}", encoding="utf-8")
    assert tongban(url, "--status", kept, "--key", key)[0] == 2
