"""Proofs: a document that anybody checks without the database, by command or on the public page."""

import copy
import json

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.record import log
from tests.record.conftest import FACTS
from tongban.engine.refusal import Refused
from tongban.kit.hashing import hasher
from tongban.record import phrases, queries, rules

PAGE = "/record/verify/"
OTHER = bytes(32)  # another seed than the record's


@pytest.fixture
def proof(sealed) -> dict:
    """The proof of an event with facts, signed and cosigned."""
    return queries.proof(queries.stream("test", "a")[1].pk)


def changed(proof: dict, *path, value) -> dict:
    """The proof with the value at `path` replaced."""
    copied = copy.deepcopy(proof)
    inner = copied
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return copied


def without(proof: dict, name: str) -> dict:
    return {key: value for key, value in proof.items() if key != name}


def resigned(proof: dict) -> dict:
    """The same proof under another key: whole in itself, but not this record's."""
    opened = rules.open_note(proof["checkpoint"], queries.public_key())
    return {**proof, "checkpoint": rules.sign(opened, OTHER), "public_key": rules.public_key(OTHER).hex()}


def test_a_proof_says_the_event_and_holds(proof):
    assert proof["event"] == {
        "stream_kind": "test",
        "stream_id": "a",
        "position": 2,
        "kind": "changed",
        "facts": FACTS,
        "by": "account:1",
        "at": "2026-11-03T02:00:00.000000Z",
    }
    assert rules.verify_proof(proof, hasher("sm3"), public=queries.public_key()) == []


def test_every_sealed_event_can_be_proved(sealed):
    for (number,) in log.fetch("select event_id from record_logentry"):
        assert rules.verify_proof(queries.proof(number), hasher("sm3"), public=queries.public_key()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("event", "code"), [(False, "event_unknown"), (True, "not_sealed_yet")])
def test_there_is_no_proof_of_what_is_not_sealed(event, code):
    number = log.append("new", "opened")[0] if event else 900000000
    with pytest.raises(Refused) as refusal:
        queries.proof(number)
    assert refusal.value.code == code


CHANGES = [
    (lambda p: p, []),
    (lambda p: changed(p, "event", "facts", "count", value=4), ["not_included"]),
    (lambda p: changed(p, "event", "facts", "lines", 1, "b", value="d"), ["not_included"]),
    (lambda p: changed(p, "event", "facts", value={}), ["not_included"]),
    (lambda p: changed(p, "event", "by", value="account:2"), ["not_included"]),
    (lambda p: changed(p, "event", "position", value=3), ["not_included"]),
    (lambda p: changed(p, "event", "at", value="2026-11-03T02:00:00Z"), ["not_included"]),
    (lambda p: changed(p, "event", "at", value="2026-11-03T10:00:00.000000+08:00"), ["not_included"]),
    (lambda p: changed(p, "salt", value="00" * 16), ["not_included"]),
    (lambda p: changed(p, "index", value=p["index"] + 1), ["not_included"]),
    (lambda p: changed(p, "index", value=-1), ["not_included"]),
    (lambda p: changed(p, "path", value=p["path"][:-1]), ["not_included"]),
    (lambda p: changed(p, "path", value=[]), ["not_included"]),
    (lambda p: changed(p, "path", 0, value="00" * 32), ["not_included"]),
    (lambda p: changed(p, "format", value="tongban-proof-2"), ["format_unknown"]),
    (lambda p: changed(p, "hash", value="sha256"), ["hash_differs"]),
    (lambda p: changed(p, "public_key", value="00" * 32), ["key_differs"]),
    (lambda p: changed(p, "checkpoint", value=""), ["note_unreadable"]),
    (lambda p: changed(p, "checkpoint", value=p["checkpoint"].replace("sm3", "sm4")), ["signature_wrong"]),
    (lambda p: changed(p, "checkpoint", value=p["checkpoint"].partition("\n\n")[0] + "\n\n"), ["note_unreadable"]),
    (resigned, ["signature_wrong"]),
    (lambda p: changed(p, "salt", value="0g"), ["proof_unreadable"]),
    (lambda p: changed(p, "salt", value=p["salt"].upper() + "AB"), ["proof_unreadable"]),
    (lambda p: changed(p, "index", value="1"), ["proof_unreadable"]),
    (lambda p: changed(p, "index", value=1.5), ["proof_unreadable"]),
    (lambda p: changed(p, "path", value="ab"), ["proof_unreadable"]),
    (lambda p: changed(p, "checkpoint", value=7), ["proof_unreadable"]),
    (lambda p: changed(p, "event", value=[]), ["proof_unreadable"]),
    (lambda p: changed(p, "event", "facts", value=[]), ["proof_unreadable"]),
    (lambda p: changed(p, "event", "extra", value=1), ["proof_unreadable"]),
    (lambda p: {**p, "extra": 1}, ["proof_unreadable"]),
    (lambda p: without(p, "path"), ["proof_unreadable"]),
    (lambda p: without(p, "public_key"), ["proof_unreadable"]),
    (lambda p: {}, ["proof_unreadable"]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "problems"), CHANGES, ids=range(len(CHANGES)))
def test_what_is_wrong_with_a_proof_is_named(proof, change, problems):
    assert rules.verify_proof(change(proof), hasher("sm3"), public=queries.public_key()) == problems


def test_a_proof_under_another_key_holds_only_for_who_trusts_that_key(proof):
    other = resigned(proof)
    assert rules.verify_proof(other, hasher("sm3")) == []
    assert rules.verify_proof(other, hasher("sm3"), public=rules.public_key(OTHER)) == []
    assert rules.verify_proof(other, hasher("sm3"), public=queries.public_key()) == ["signature_wrong"]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_proof_with_any_byte_changed_does_not_hold_unless_it_says_the_same(proof, data):
    content = msgspec.json.encode(proof)
    place = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[place]))
    try:
        document = msgspec.json.decode(content[:place] + bytes([byte]) + content[place + 1 :])
    except ValueError:
        return
    witness = _witness_line(proof)
    if document == proof or (isinstance(document, dict) and _but_for_the_witness(document, proof, witness)):
        return
    known = isinstance(document, dict) and document.get("hash") == "sm3"
    assert not known or rules.verify_proof(document, hasher("sm3"), public=queries.public_key()) != []


def _witness_line(proof: dict) -> str:
    return proof["checkpoint"].splitlines()[-1]


def _but_for_the_witness(document: dict, proof: dict, line: str) -> bool:
    """Whether only the witness's line differs: the proof stands on the record's own signature."""
    head = proof["checkpoint"].removesuffix(line + "\n")
    note = document.get("checkpoint")
    return {**document, "checkpoint": ""} == {**proof, "checkpoint": ""} and str(note).startswith(head)


@pytest.fixture
def file(tmp_path):
    """A proof written to a file."""

    def write(content: object):
        path = tmp_path / "proof.json"
        path.write_bytes(content if isinstance(content, bytes) else msgspec.json.encode(content))
        return path

    return write


def test_a_proof_is_written_by_command_and_checked_offline(sealed, command, tmp_path):
    number = queries.stream("test", "a")[1].pk
    path = tmp_path / "proof.json"
    assert command("prove", number, "--out", path)[0] == 0
    assert json.loads(path.read_bytes()) == queries.proof(number)
    assert command("check", path)[0] == 0
    assert command("check", path, "--key", queries.public_key().hex())[0] == 0


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        (lambda p: changed(p, "event", "facts", "count", value=4), 1, "not_included"),
        (resigned, 1, "signature_wrong"),
        (lambda p: changed(p, "hash", value="md5"), 1, "hash_differs"),
        (lambda p: changed(p, "hash", value=["sm3"]), 1, "hash_differs"),
        (lambda p: {}, 1, "hash_differs"),
        (lambda p: msgspec.json.encode(p)[:-20], 2, "proof.json"),
        (lambda p: b"", 2, "proof.json"),
        (lambda p: b"[1]", 2, "proof.json"),
        (lambda p: b"\xff\xfe", 2, "proof.json"),
        (lambda p: b"[" * 100_000, 2, "proof.json"),
    ],
    ids=["changed fact", "other key", "unknown hash", "hash of no kind", "empty object", "truncated", "empty",
         "a list", "not text", "very deep"],
)  # fmt: skip
def test_a_proof_that_does_not_hold_is_exit_code_1_and_no_proof_at_all_2(
    proof, command, file, change, code, word
):
    found, words = command("check", file(change(proof)), "--key", queries.public_key().hex())
    assert (found, word in words.replace("\n", "")) == (code, True)


def test_a_missing_file_or_a_key_that_is_none_is_exit_code_2(proof, command, file, tmp_path):
    assert command("check", tmp_path / "none.json")[0] == 2
    assert command("check", file(proof), "--key", "abc")[0] == 2


def test_the_public_page_confirms_a_proof_uploaded_or_pasted(proof, client):
    content = msgspec.json.encode(proof)
    for form in ({"file": SimpleUploadedFile("proof.json", content)}, {"proof": content.decode()}):
        response = client.post(PAGE, form)
        assert (response.status_code, response.context.get("proved")) == (200, proof["event"])
        assert "证明成立" in response.content.decode()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda p: changed(p, "event", "facts", "count", value=4), "not_included"),
        (resigned, "signature_wrong"),
        (lambda p: changed(p, "hash", value={}), "hash_differs"),
        (lambda p: changed(p, "checkpoint", value=None), "proof_unreadable"),
        (lambda p: changed(p, "event", "facts", "count", value=10**400), "not_included"),
        (lambda p: b"garbage \xff\x00", "proof_unreadable"),
        (lambda p: b"", "proof_unreadable"),
        (lambda p: b"null", "proof_unreadable"),
        (lambda p: b"[" * 900_000, "proof_unreadable"),
        (lambda p: msgspec.json.encode(p) + b" " * 1_100_000, "proof_too_large"),
        (lambda p: b" " * 20_100_000, "proof_too_large"),
    ],
    ids=["changed", "other key", "strange hash", "no note", "huge number", "garbage", "empty file", "null",
         "very deep", "too large", "far too large"],
)  # fmt: skip
def test_the_public_page_says_what_is_wrong_with_an_upload(proof, client, change, problem):
    content = change(proof)
    upload = SimpleUploadedFile(
        "proof.json", content if isinstance(content, bytes) else msgspec.json.encode(content)
    )
    response = client.post(PAGE, {"file": upload})
    assert (response.status_code, response.context["problems"]) == (422, [phrases.PROBLEMS[problem]])
    assert "证明不成立" in response.content.decode()


def test_the_public_page_keeps_what_was_pasted_and_shows_it_as_text(db, client):
    response = client.post(PAGE, {"proof": "<script>alert(1)</script>"})
    assert response.status_code == 422
    assert "<script>alert(1)" not in response.content.decode()
    assert "&lt;script&gt;alert(1)" in response.content.decode()


def test_the_public_page_answers_an_empty_form_and_refuses_a_paste_beyond_all_measure(db, client):
    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE, {}).context["problems"] == [phrases.PROBLEMS["proof_unreadable"]]
    assert client.post(PAGE, {"proof": "x" * 3_000_000}).status_code in {400, 413}


def test_every_problem_has_words():
    codes = {code for _, problems in CHANGES for code in problems}
    assert codes - set(phrases.PROBLEMS) == set()


def test_the_public_record_shows_the_newest_checkpoint_and_the_key(sealed, client):
    page = client.get("/record/").content.decode()
    assert (queries.public_key().hex() in page, str(queries.latest().size) in page) == (True, True)
    assert client.get("/record/checkpoint.txt").content.decode() == queries.latest().note
