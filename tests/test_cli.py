"""The command line: answers, exit codes, and words for what an operator can mend."""

import json
import sys

import pytest
from django.db import connection

from config import cli
from tests import city
from tests.engine.test_clock import VECTORS
from tests.record import log
from tongban.cases.models import Case


@pytest.fixture
def tongban(monkeypatch, capsys):
    """Runs a command as the shell does; (exit code, printed, said on the error stream)."""
    monkeypatch.setenv("DATABASE_URL", "the one of the tests")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tongban", *words])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        code, out = stopped.value.code, capsys.readouterr()
        return (1, out.out, code) if isinstance(code, str) else (code or 0, out.out, out.err)

    return run


@pytest.mark.parametrize(("accepted", "limit", "pauses", "due", "provisional"), VECTORS)
def test_clock_due_answers_the_reference_vectors(tongban, accepted, limit, pauses, due, provisional):
    paused = [word for first, last in pauses for word in ("--pause", f"{first}..{last}")]
    code, out, _ = tongban("clock", "due", "--from", accepted, "--limit", str(limit), *paused, "--json")
    told = json.loads(out)
    assert (code, told["due_on"], told["provisional"]) == (3 if provisional else 0, due, provisional)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--from", "2020-13-01", "--limit", "5"), "2020-13-01"),
        (("--from", "3020-01-01", "--limit", "5"), "3020-01-01"),
        (("--from", "2020-09-28", "--limit", "-5"), "--limit"),
        (("--from", "2020-09-28", "--limit", "5", "--unit", "weeks"), "--unit"),
        (("--from", "2020-09-28", "--limit", "5", "--pause", "2020-10-12"), "2020-10-12"),
        (("--from", "2020-09-28", "--limit", "5", "--pause", "2020-10-12..2020-10-10"), "pause_ends_before_start"),
    ],
)  # fmt: skip
def test_clock_due_names_the_word_it_cannot_read(tongban, words, named):
    code, _, said = tongban("clock", "due", *words)
    assert (code, named in said) == (2, True)


@pytest.mark.django_db
def test_a_case_is_shown_by_number_and_by_query_code(tongban):
    number = city.accepted()
    code, out, _ = tongban("case", "show", number, "--json")
    told = json.loads(out)
    assert (code, told["case_no"]) == (0, number)
    assert [event["kind"] for event in told["events"]] == ["received", "accepted"]
    row = Case.objects.get(pk=number)
    code, out, _ = tongban("case", "show", row.query_code.lower())
    assert (code, number in out, "accepted" in out) == (0, True, True)


@pytest.mark.django_db
def test_a_case_is_explained_with_limits_and_dates(tongban):
    code, out, _ = tongban("clock", "explain", city.accepted())
    assert code == 0
    assert [words in out for words in ("2026-11-03 10:00", "statutory", "promised", "light")] == [True] * 4


@pytest.mark.django_db
@pytest.mark.parametrize("words", [("case", "show", "X"), ("clock", "explain", "X")])
def test_a_case_that_is_not_there_is_said_in_words(tongban, words):
    code, out, said = tongban(*words)
    assert (code, out, "case_unknown" in said, "。" in said) == (1, "", True, True)


@pytest.mark.django_db
def test_every_stored_case_is_folded_again_and_one_that_differs_is_named(tongban):
    for stage in (city.noticed, city.granted):
        stage()
    number = city.accepted()
    code, out, _ = tongban("case", "verify", "--json")
    assert (code, json.loads(out)) == (0, {"cases": 3, "erased": 0, "differing": []})
    with connection.cursor() as cursor:
        cursor.execute(
            "update cases_case set state = jsonb_set(state, '{accepted_on}', '\"2026-11-02\"') where case_no = %s",
            [number],
        )
    code, out, _ = tongban("case", "verify", "--json")
    assert (code, json.loads(out)["differing"]) == (1, [number])


@pytest.mark.django_db
def test_lint_of_what_is_in_force_tells_where_findings_stand_and_fails_while_something_is_owed(tongban):
    number = city.received()
    row = city.finding(number, "无违规经营证明")
    code, out, _ = tongban("catalogue", "lint", "--answers", "--json")
    told = json.loads(out)
    assert (code, told["inspection"]["items"], told["inspection"]["found"]) == (1, 612, 0)
    assert [(one["key"], one["stand"], one["cases"]) for one in told["findings"]] == [
        (row.key, "open", [number])
    ]
    code, out, _ = tongban("catalogue", "lint", "--practice", "--json")  # no rule sees it in the record
    told = json.loads(out)
    assert (code, told["practice"]["closed"], told["findings"][0]["stand"]) == (0, 1, "closed")


@pytest.mark.django_db(transaction=True)
def test_an_entry_is_proved_from_the_command_line_and_checked_offline(tongban, tmp_path):
    number = city.received()
    log.seal_all(city.AT)
    proof = tmp_path / "proof.json"
    assert tongban("record", "prove", "--case", number, "--out", str(proof))[0] == 0
    assert tongban("record", "check", str(proof))[0] == 0
    document = json.loads(proof.read_text())
    document["event"]["by"] = "account:0"
    proof.write_text(json.dumps(document))
    code, out, _ = tongban("record", "check", str(proof))
    assert (code, "✗" in out) == (1, True)


def test_a_draw_is_run_and_replayed_from_its_record(tongban, tmp_path):
    plan, record = tmp_path / "plan.json", tmp_path / "draw.json"
    people = [{"id": f"expert-{n}", "stratum": "local" if n % 2 else "away"} for n in range(9)]
    plan.write_text(json.dumps({"matter": "评审", "candidates": people, "quotas": {"local": 2, "away": 1}}))
    assert tongban("draw", "run", str(plan), "--out", str(record))[0] == 0
    assert tongban("draw", "verify", str(record))[0] == 0
    told = json.loads(record.read_text())
    told["selected"][0]["id"] = "expert-friend"
    record.write_text(json.dumps(told))
    assert tongban("draw", "verify", str(record))[0] == 1
    assert tongban("draw", "verify", str(tmp_path / "none.json"))[0] == 2


@pytest.mark.parametrize("words", [("case", "show", "\udcff"), ("case", "show", "a\0b")])
def test_an_argument_that_cannot_be_shown_is_refused(tongban, words):
    code, _, said = tongban(*words)
    assert (code, "characters" in said) == (1, True)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_cannot_be_written_is_named(tongban, tmp_path):
    number = city.received()
    log.seal_all(city.AT)
    code, _, said = tongban(
        "record", "prove", "--case", number, "--out", str(tmp_path / "none" / "proof.json")
    )
    assert (code, "proof.json" in said) == (2, True)
