"""Witnesses: what they sign, and what an older checkpoint kept elsewhere proves about the record."""

import base64

import pytest
from django.conf import settings
from django.db import transaction
from msgspec.structs import replace

from tests.record import log
from tests.record.log import WITNESS, WITNESS_KEY
from tongban.engine.refusal import Refused
from tongban.kit.hashing import hasher
from tongban.record import actions, queries, rules, verification
from tongban.record.models import Checkpoint, Event
from tongban.record.verification import Problem


def older() -> str:
    """The checkpoint before the newest, as somebody kept it."""
    return Checkpoint.objects.order_by("-size")[1].note


def rewrite() -> None:
    """The operator, key in hand, changes an early event and builds a consistent record anew."""
    event = queries.stream("test", "a")[0]
    entry = replace(queries.entry(event), by="account:2")
    forged = rules.leaf(entry, bytes(event.salt), hasher("sm3"))
    size = queries.latest().size
    log.tamper(
        f"update record_event set by = 'account:2', leaf = '\\x{forged.hex()}' where id = {event.pk}",
        "delete from record_logentry",
        "delete from record_treenode",
        "delete from record_checkpoint",
    )
    rows = log.fetch(f"{actions._ROWS} order by e.tx, e.id")
    with transaction.atomic():
        actions._grow(rows, log.AT)
    assert queries.latest().size == size


def test_a_cosigned_checkpoint_carries_both_signatures(sealed):
    row = queries.latest()
    assert rules.signers(row.note) == ["tongban.example/yaan", WITNESS]
    assert rules.open_note(row.note, queries.public_key()).size == row.size
    assert rules.cosigned(row.note, WITNESS, rules.public_key(WITNESS_KEY))
    assert not rules.cosigned(row.note, WITNESS, queries.public_key())
    assert not rules.cosigned(row.note, "another", rules.public_key(WITNESS_KEY))


@pytest.mark.parametrize(
    ("size", "line", "code"),
    [
        (0, log.witnessed, "checkpoint_unknown"),
        (None, lambda note: "", "witness_unknown"),
        (None, lambda note: "not a signature\n", "note_unreadable"),
        (None, lambda note: log.witnessed(note)[:-1], "note_unreadable"),
        (None, lambda note: log.witnessed(note) * 2, "witness_unknown"),
        (None, lambda note: log.witnessed(note, name="stranger"), "witness_unknown"),
        (None, lambda note: log.witnessed(note, key=bytes(32)), "signature_wrong"),
        (None, lambda note: log.witnessed(note.replace("sm3", "sha256")), "signature_wrong"),
    ],
    ids=[
        "no checkpoint",
        "nothing",
        "garbage",
        "cut off",
        "two lines",
        "stranger",
        "other key",
        "other text",
    ],
)
def test_only_a_known_witness_can_cosign_and_only_what_it_signed(sealed, size, line, code):
    row = Checkpoint.objects.order_by("-size")[1]
    with pytest.raises(Refused) as refusal:
        actions.cosign(size=row.size if size is None else size, line=line(row.note))
    assert refusal.value.code == code
    assert older() == row.note


def test_a_witness_signs_a_checkpoint_once(sealed):
    row = queries.latest()
    with pytest.raises(Refused) as refusal:
        actions.cosign(size=row.size, line=log.witnessed(row.note))
    assert refusal.value.code == "cosigned_already"


def test_a_witness_cosigns_by_command(sealed, command, tmp_path):
    row = Checkpoint.objects.order_by("-size")[1]
    line = tmp_path / "line.txt"
    line.write_text(log.witnessed(row.note), encoding="utf-8")
    assert command("cosign", row.size, line)[0] == 0
    assert older() == row.note + log.witnessed(row.note)
    code, words = command("cosign", row.size, line)
    assert (code, "cosigned_already" in words) == (1, True)
    assert command("cosign", row.size, tmp_path / "none")[0] == 2
    assert verification.verify().problems == []


@pytest.mark.parametrize(
    ("witnesses", "code"),
    [({}, "witness_unknown"), ({WITNESS: bytes(32).hex()}, "signature_wrong")],
    ids=["not configured", "another key"],
)
def test_a_signature_that_no_configured_witness_gave_is_found(sealed, settings, witnesses, code):
    settings.RECORD_WITNESSES = witnesses
    where = f"checkpoint {queries.latest().size}"
    assert verification.verify().problems == [Problem(code, where)]


def test_a_record_that_only_grew_begins_with_an_older_checkpoint(sealed, command, tmp_path):
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(older(), encoding="utf-8")
    assert verification.verify(against=older()).problems == []
    assert command("verify", "--against", kept)[0] == 0
    assert command("verify", "--against", kept, "--key", queries.public_key().hex())[0] == 0


def test_a_rewritten_history_with_a_consistent_tree_is_found_by_who_kept_a_checkpoint(
    sealed, command, tmp_path
):
    kept, note = tmp_path / "checkpoint.txt", older()
    kept.write_text(note, encoding="utf-8")
    size = Checkpoint.objects.order_by("-size")[1].size
    rewrite()
    assert verification.verify().problems == []
    assert verification.verify(against=note).problems == [Problem("history_rewritten", f"size {size}")]
    code, words = command("verify", "--against", kept)
    assert (code, "history_rewritten" in words) == (1, True)


def test_a_record_cut_back_to_an_earlier_day_is_found_by_who_kept_a_later_checkpoint(sealed):
    row, before = queries.latest(), Checkpoint.objects.order_by("-size")[1]
    gone = f"select event_id from record_logentry where index >= {before.size}"
    log.tamper(
        f"delete from record_event where id in ({gone})",
        f"delete from record_logentry where index >= {before.size}",
        f"delete from record_checkpoint where size > {before.size}",
        "delete from record_treenode",
    )
    entries = log.fetch(f"{actions._ROWS} order by e.tx, e.id")
    log.tamper(
        "delete from record_logentry",
        "delete from record_checkpoint",
        f"update record_horizon set tx = {entries[-1][1]}, event_id = {entries[-1][0]}",
    )
    actions._grow(entries, log.AT)
    assert Event.objects.count() == before.size
    assert verification.verify().problems == []
    assert verification.verify(against=row.note).problems == [
        Problem("log_shorter_than_checkpoint", f"size {row.size}")
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda note: "", "note_unreadable"),
        (lambda note: note[: len(note) // 2], "note_unreadable"),
        (lambda note: note.replace("hash sm3", "hash sha256"), "signature_wrong"),
        (lambda note: note.replace("tongban.example/yaan", "tongban.example/else"), "signature_wrong"),
        (lambda note: note.replace("\n\n— tongban.example/yaan", "\n\n— another"), "signature_missing"),
        (lambda note: note + "— \n", "note_unreadable"),
    ],
    ids=["empty", "cut", "other hash", "other origin", "unsigned", "broken line"],
)
def test_a_kept_checkpoint_that_was_changed_is_not_relied_on(sealed, change, code):
    assert verification.verify(against=change(older())).problems == [Problem(code, "older checkpoint")]


@pytest.mark.parametrize(
    "words",
    [("--against", "nowhere.txt"), ("--key", "abc"), ("--key", "00"), ("--key", "zz" * 32)],
)
def test_a_file_or_key_that_cannot_be_read_is_exit_code_2(sealed, command, words):
    assert command("verify", *words)[0] == 2


def _spoiled(note: str, witness: bytes) -> bool:
    """Whether the record or the witness no longer stands behind every line of the note."""
    try:
        rules.open_note(note, queries.public_key())
        return rules.signers(note) != ["tongban.example/yaan", WITNESS] or not rules.cosigned(
            note, WITNESS, witness
        )
    except Refused:
        return True


def test_no_character_of_a_cosigned_note_can_be_changed_added_or_left_out(sealed):
    note, key = queries.latest().note, rules.public_key(WITNESS_KEY)
    assert not _spoiled(note, key)
    for place, letter in enumerate(note):
        others = {"A", "\n", "\r", "\x0b", "\u2028", " ", "=", chr(ord(letter) + 1)} - {letter}
        changed = [note[:place] + other + note[place + 1 :] for other in others]
        added = [note[:place] + other + note[place:] for other in others]
        whole = [*changed, *added, note[:place] + note[place + 1 :]]
        assert [kept for kept in whole if not _spoiled(kept, key)] == []


def test_a_signature_spelled_in_another_base64_is_refused(sealed):
    note, key = queries.latest().note, rules.public_key(WITNESS_KEY)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for line in note.splitlines()[-2:]:
        last = alphabet.index(line[-2])  # two of its six bits say nothing
        respelled = line[:-2] + alphabet[last ^ 1] + "="
        assert base64.b64decode(respelled.split()[2]) == base64.b64decode(line.split()[2])
        assert _spoiled(note.replace(line, respelled), key)


def test_growth_is_proved_by_command_and_checked_offline(sealed, command, tmp_path):
    kept, proof = tmp_path / "checkpoint.txt", tmp_path / "growth.json"
    kept.write_text(older(), encoding="utf-8")
    key = queries.public_key().hex()
    assert command("grown", kept, "--out", proof)[0] == 0
    assert command("check", proof, "--since", kept, "--key", key)[0] == 0
    assert command("check", proof)[0] == 1  # not a proof of an event
    rewrite()
    assert command("grown", kept, "--out", proof)[0] == 0
    code, words = command("check", proof, "--since", kept, "--key", key)
    assert (code, "history_rewritten" in words) == (1, True)
    assert command("grown", tmp_path / "none")[0] == 2


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (lambda document: {}, []),
        (lambda document: {"path": document["path"][:-1]}, ["history_rewritten"]),
        (lambda document: {"path": []}, ["history_rewritten"]),
        (lambda document: {"path": ["00" * 32, *document["path"][1:]]}, ["history_rewritten"]),
        (lambda document: {"path": ["0g"]}, ["proof_unreadable"]),
        (lambda document: {"path": None}, ["proof_unreadable"]),
        (lambda document: {"extra": 1}, ["proof_unreadable"]),
        (lambda document: {"format": "tongban-proof-1"}, ["format_unknown"]),
        (lambda document: {"hash": "sha256"}, ["hash_differs"]),
        (lambda document: {"checkpoint": document["checkpoint"].replace("sm3", "sm4")}, ["signature_wrong"]),
    ],
    ids=["whole", "cut", "empty", "changed", "no hex", "no path", "extra", "another format", "another hash",
         "note changed"],
)  # fmt: skip
def test_what_is_wrong_with_a_proof_of_growth_is_named(sealed, change, problems):
    document = queries.growth(older())
    found = rules.verify_growth(
        {**document, **change(document)}, older(), hasher("sm3"), public=queries.public_key()
    )
    assert found == problems


def test_growth_since_the_newest_checkpoint_is_none_and_since_a_later_one_cannot_be(sealed):
    newest = queries.latest().note
    document = queries.growth(newest)
    assert document["path"] == []
    assert rules.verify_growth(document, newest, hasher("sm3"), public=queries.public_key()) == []
    opened = rules.open_note(newest, queries.public_key())
    later = rules.sign(replace(opened, size=opened.size + 1), settings.RECORD_KEY)
    with pytest.raises(Refused) as refusal:
        queries.growth(later)
    assert refusal.value.code == "checkpoint_unknown"
    assert rules.verify_growth(document, later, hasher("sm3"), public=queries.public_key()) == [
        "history_rewritten"
    ]
