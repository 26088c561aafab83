"""Every sub-command in one place."""

import typer

from config.cli import (
    admin,
    bilingual,
    case,
    catalogue,
    clock,
    connectors,
    construction,
    demo,
    doctor,
    draw,
    figures,
    licences,
    record,
    simulate,
    up,
    worker,
)

app = typer.Typer(
    name="tongban",
    help="Tongban 通办: a city's government services as one catalogue, one clock and one public record.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
app.command("up")(up.up)
app.command("worker")(worker.worker)
app.command("doctor")(doctor.doctor)
app.command("admin")(admin.admin)
app.command("figures")(figures.figures)
app.add_typer(demo.app, name="demo", help="Build the demo city, play its story, sign in as its people.")
app.add_typer(clock.app, name="clock", help="Time limits: when something is due, and why.")
app.add_typer(case.app, name="case", help="Look at a case.")
app.add_typer(construction.app, name="construction", help="Construction projects: stages, times, exchange.")
app.add_typer(draw.app, name="draw", help="Auditable random draws: run one, verify one.")
app.add_typer(record.app, name="record", help="The public record: verify it, prove an entry.")
app.add_typer(licences.app, name="licences", help="E-licences: verify one offline.")
app.add_typer(bilingual.app, name="bilingual", help="The bilingual service: coverage, staff, signs.")
app.add_typer(
    connectors.app, name="connectors", help="Organs outside: how they are reached, what they did not take."
)
app.add_typer(
    simulate.app, name="simulate", help="Organs outside, simulated for demos: run them, have them fail."
)
app.add_typer(catalogue.app, name="catalogue", help="The catalogue: lint it.")
