"""The house as ARCHITECTURE.md promises it: rooms entered through their doors, pure cores pure, files short."""

import ast
from pathlib import Path

import grimp
import pytest

from config.reactions import REACTIONS
from tongban.cases.rules import bundles
from tongban.connectors.rules import delivery
from tongban.engine.lifecycle.events import KINDS

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {path.parent.name for path in ROOT.glob("tongban/*/apps.py")}
DOORS = {"actions", "queries", "rules", "access"}  # access: who reaches a page, from the people room
OPEN_HOUSES = {"kit"}  # shared widgets: every part of it is meant to be used


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("tongban", "config", cache_dir=None)


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "tongban" and len(parts) > 1 else ""


def test_another_room_is_entered_only_through_its_doors(graph):
    wrong = []
    for module in graph.modules:
        here = room(module)
        if here not in ROOMS:
            continue
        for other in graph.find_modules_directly_imported_by(module):
            there = room(other)
            if (
                there in ROOMS - {here} - OPEN_HOUSES
                and other.split(".")[2:3]
                and other.split(".")[2] not in DOORS
            ):
                wrong.append(f"{module} -> {other}")
    assert wrong == []


INSIDE = ["urls", "views", "forms", "actions", "queries", "models", "phrases", "rules"]
ALONGSIDE = {"api": "views", "tasks": "views", "admin": "views", "access": "views"}


def test_inside_a_room_imports_go_one_way(graph):
    wrong = []
    for module in graph.modules:
        here, parts = room(module), module.split(".")
        if here not in ROOMS - OPEN_HOUSES or len(parts) < 3:
            continue
        mine = ALONGSIDE.get(parts[2], parts[2])
        for other in graph.find_modules_directly_imported_by(module):
            theirs = (
                ALONGSIDE.get(other.split(".")[2], other.split(".")[2])
                if room(other) == here and other.count(".") > 1
                else ""
            )
            if mine in INSIDE and theirs in INSIDE and INSIDE.index(theirs) < INSIDE.index(mine):
                wrong.append(f"{module} -> {other}")
    assert wrong == []


def test_the_engine_and_the_rules_know_no_framework_no_clock_and_no_chance(graph):
    forbidden = {"django", "psycopg", "random", "secrets", "ninja", "procrastinate", "config"}
    wrong = []
    for path in [
        *ROOT.glob("tongban/engine/**/*.py"),
        *ROOT.glob("tongban/*/rules/*.py"),
        *ROOT.glob("tongban/*/rules.py"),
    ]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            wrong += [f"{path.name}: {name}" for name in names if name.split(".")[0] in forbidden]
            if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
                wrong.append(f"{path.name}:{node.lineno}: {node.attr}")
    assert wrong == []


def test_every_reaction_is_to_an_event_that_exists_by_a_job_that_exists():
    from procrastinate.contrib.django import app

    app.perform_import_paths()
    assert set(REACTIONS) <= set(KINDS) | delivery.KINDS | bundles.KINDS
    assert {name for names in REACTIONS.values() for name in names} <= set(app.tasks)


def test_no_file_names_this_machine_or_a_registry():
    from subprocess import run

    files = run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    words = [
        b"pypi." + b"org",
        b"npmjs." + b"org",
        b"deb.debian" + b".org",
        b"/work/" + b"main",
        b"/work/" + b"shared",
    ]
    wrong = [
        f"{name}: {word.decode()}"
        for name in files
        if (ROOT / name).is_file()
        for word in words
        if word in (ROOT / name).read_bytes()
    ]
    assert wrong == []
