"""`tongban bilingual`: how much is translated, whether the ethnic townships have their staff, signs to print."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


@app.callback()
def bilingual() -> None:
    """The bilingual service of the ethnic counties."""
    from config.cli import django

    django.ready()


@app.command()
def coverage(as_json: Json = False) -> None:
    """How many wordings of every part are approved, reviewed, drafted, stale or untranslated (待译)."""
    from tongban.bilingual import phrases, queries
    from tongban.bilingual.rules.workflow import Standing

    rows = queries.coverage()
    if as_json:
        told = [
            {"language": row.language, "part": row.part, "total": row.total, "share": row.share}
            | {standing.value: row.count(standing) for standing in Standing}
            for row in rows
        ]
        typer.echo(msgspec.json.encode(told).decode())
        return
    words = [str(phrases.STANDINGS[standing.value]) for standing in Standing]
    table = Table("语言", "部分", *words, "合计", "覆盖率")
    for row in rows:
        share = "—" if row.share is None else f"{row.share:.1%}"
        counts = [str(row.count(standing)) for standing in Standing]
        part = str(phrases.PARTS[row.part])
        table.add_row(str(phrases.LANGUAGES[row.language]), part, *counts, str(row.total), share)
    console.print(table)
    columns = ", ".join(standing.value for standing in Standing)
    console.print(f"columns: language, part, {columns}, total, share (approved ÷ total)")


@app.command()
def check(as_json: Json = False) -> None:
    """Whether each of the ethnic townships has two bilingual officers; exit code 1 when one has not."""
    from tongban.bilingual import phrases, queries
    from tongban.bilingual.rules.staffing import LEAST
    from tongban.kit.api import clock

    verdicts = queries.staffing_check(clock())
    failing = [verdict for verdict in verdicts if not verdict.passed]
    if as_json:
        told = [
            {"town": v.town.code, "name": v.town.name, "languages": v.town.languages, "persons": v.persons}
            | {"missing": v.missing, "unserved": v.unserved, "passed": v.passed}
            for v in verdicts
        ]
        typer.echo(msgspec.json.encode({"least": LEAST, "failing": len(failing), "towns": told}).decode())
        raise typer.Exit(1 if failing else 0)
    table = Table("民族乡 township", "语言 languages", "人数 staff", "结论 verdict")
    for verdict in verdicts:
        spoken = "、".join(str(phrases.SPEECH[code]) for code in verdict.town.languages)
        said = "[green]✓ 达标" if verdict.passed else f"[red]✗ 还差 {verdict.missing} 人"
        table.add_row(f"{verdict.town.name} {verdict.town.code}", spoken, str(verdict.persons), said)
    console.print(table)
    console.print(f"{len(verdicts)} 个民族乡，{len(failing)} 个不足 {LEAST} 人 below {LEAST}: {len(failing)}")
    raise typer.Exit(1 if failing else 0)


@app.command()
def sync() -> None:
    """Tell the translators what the house says in Chinese now; runs by itself with `tongban up`."""
    from config import wordings
    from tongban.kit.api import clock

    for part, count in wordings.say_all(at=clock()).items():
        console.print(f"{part}  {count}")


@app.command()
def sign(
    key: Annotated[str, typer.Argument(help="The sign, as in signs.yaml.")],
    language: Annotated[str, typer.Argument(help="bo or ii.")],
    out: Annotated[Path, typer.Option("--out", help="Where the PDF goes.")],
) -> None:
    """Print a sign whose every line has an approved translation."""
    from tongban.bilingual import queries
    from tongban.kit.api import clock
    from tongban.people import queries as people

    out.write_bytes(queries.sign_pdf(key, language, people.today(clock())))
    console.print(str(out))
