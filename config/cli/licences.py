"""`tongban licences`: verify a licence offline, from what its QR code carries, a kept status list and a kept key."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from tongban.engine.calendar import CST
from tongban.engine.refusal import Refused
from tongban.licences.rules import status, tokens

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False)
_FORGED = {"token_forged", "list_forged"}  # what was made to deceive; the rest cannot be read
_WORDS = {
    "token_forged": "证照签名不正确 the licence's signature is wrong",
    "list_forged": "状态清单签名不正确 the status list's signature is wrong",
    "token_unreadable": "读不出证照 there is no licence in it",
    "list_unreadable": "读不出状态清单 it is no status list",
    "key_unreadable": "读不出公钥 the key is none",
    "list_differs": "不是这份证照的状态清单 the status list is another one",
    "list_outdated": "状态清单已过期，请取新的 the status list is out of date",
    "annulled": "已撤销或注销 annulled",
    "replaced": "已换发 replaced",
    "expired": "已过期 expired",
}


@app.callback()
def licences() -> None:
    """Licences: verify one without a network."""


@app.command()
def verify(
    licence: Annotated[
        str, typer.Argument(help="The address of the QR code, or a file: it, or the licence's JSON.")
    ],
    status_list: Annotated[Path, typer.Option("--status", help="The status list, as published.")],
    key: Annotated[str, typer.Option("--key", help="The published key in hex.")],
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Verify offline, without a database; exit code 1 when it is not valid, 2 when something cannot be read."""
    at = datetime.now(UTC)
    try:
        public = bytes.fromhex(key)
        facts = tokens.open_token(_token(licence), public)
        listed = status.open_list(status_list.read_bytes(), public)
        problems = status.problems(facts, listed, at=at, on=at.astimezone(CST).date())
    except Refused as refused:
        _end(None, [refused.code], as_json, 1 if refused.code in _FORGED else 2)
    except (OSError, ValueError) as error:
        console.print(f"[red]{error}")
        raise typer.Exit(2) from error
    else:
        _end(facts, problems, as_json, 1 if problems else 0)


def _token(given: str) -> str:
    """The token in an address, in a file with an address, or in a licence's JSON document."""
    if "#" not in given:
        text = Path(given).read_text(encoding="utf-8").strip()
        given = str(msgspec.json.decode(text, type=dict).get("verify_url")) if text.startswith("{") else text
    return given.rpartition("#")[2]


def _end(facts: tokens.Facts | None, problems: list[str], as_json: bool, code: int) -> None:
    if as_json:
        said = msgspec.structs.asdict(facts) if facts else None
        typer.echo(
            msgspec.json.encode({"valid": not problems, "problems": problems, "licence": said}).decode()
        )
        raise typer.Exit(code)
    if facts:
        until = facts.valid_to or "长期 no fixed end"
        console.print(
            f"{facts.name}  {facts.number}\n{facts.holder}  {facts.organ}\n{facts.issued_on} – {until}"
        )
    for problem in problems:
        console.print(f"[red]✗[/] {_WORDS[problem]}")
    if not problems:
        console.print("[green]✓[/] 证照有效 the licence is valid")
    raise typer.Exit(code)
