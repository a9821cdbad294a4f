"""Pages of docs/ that are made from the code: commands, settings, model, questions, FAIR, rooms ...

`python -m permed.api.reference.pages` writes them; a test fails where they are stale.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer
from typer.main import get_command

from permed.api.cli import COMMANDS, make_app
from permed.api.mcp.forty_calls import calls_page
from permed.api.reference.decisions import decisions_page
from permed.api.reference.eurio import eurio_page
from permed.api.reference.fair import fair_page
from permed.api.reference.forty_questions import forty_questions
from permed.api.reference.rooms import where_things_are
from permed.api.reference.statements_of_seeds import seed_statements
from permed.api.settings import declarations
from permed.graph.tables.model import TABLES
from permed.queries.catalogue import Catalogue

__all__ = ["PAGES", "write"]

_MADE = "<!-- made by `make docs`; do not edit -->\n\n"
_SETTINGS = """\
All settings stand in one file, `permed.toml`, in sections; none is needed. An environment variable
goes before the file, an option of the command line before both. Paths in the file start from its
folder. A short file may have the settings of [build] and [linking] before all sections. What is no
setting is refused, with the one that was perhaps meant.

```toml
[build]
base = "https://data.example.org/kg/"    # a release keeps the base that it was built with
keep = 10

[sources.reference]                      # in the order of precedence; each has its own options
[sources.icpermed]
[sources.cordis]
files = ["downloads/cordis-HORIZONprojects-csv.zip"]

[linking]
judgements = "judgements.sssom.tsv"

[serve]
port = 8080
deadline_seconds = 60

[network]
seconds = 120
```

`permed serve` reads [build] for the home, [serve] and [network]. Other variables:
`PERMED_CHROMIUM` (the browser that prints reports) and `PERMED_DEBUG=1` (a traceback with an
unexpected error).
"""


def write(folder: Path) -> None:
    """Write the pages into a folder."""
    for name, text in PAGES.items():
        (folder / name).write_text(text(), encoding="utf-8")


def _commands() -> str:
    root = get_command(make_app(*COMMANDS))
    text = f"# Commands\n\n{_MADE}`permed COMMAND --help` shows the same in the terminal.\n"
    return text + "".join(_command(root.commands[name], name) for name in root.commands)  # type: ignore[attr-defined]


def _command(command: typer.core.TyperCommand | typer.core.TyperGroup, name: str) -> str:
    if isinstance(command, typer.core.TyperGroup):
        return "".join(_command(c, f"{name} {n}") for n, c in command.commands.items())  # type: ignore[arg-type]
    lines = [f"\n## permed {name}\n\n{(command.help or '').strip()}\n\n"]
    shown = [p for p in command.params if p.name != "help"]
    if shown:
        lines.append("| option | meaning |\n| --- | --- |\n")
        lines += [f"| `{_option(p)}` | {_cell(getattr(p, 'help', '') or '')} |\n" for p in shown]
    return "".join(lines)


def _option(parameter: typer.core.TyperArgument | object) -> str:
    names = getattr(parameter, "opts", [])
    shown = ", ".join(names)
    is_argument = getattr(parameter, "param_type_name", "") == "argument"
    return shown.upper() if is_argument else shown


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _settings() -> str:
    text = f"# Settings\n\n{_MADE}{_SETTINGS}"
    section = ""
    for one in declarations():
        if one.section != section:
            section = one.section
            text += f"\n## [{section}]\n\n| setting | variable | default | meaning and why |\n"
            text += "| --- | --- | --- | --- |\n"
        default = "" if one.default is None else f"`{_plain(one.default)}`"
        text += f"| `{one.name}` | `{one.variable}` | {default} | {_cell(one.about)} |\n"
    return text


def _plain(value: object) -> str:
    """Return a value as TOML has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _model() -> str:
    text = f"# The record tables\n\n{_MADE}What sources fill and what the mapping turns into RDF.\n"
    for table in TABLES.values():
        text += f"\n## {table.name}\n\n{table.about} Key: {', '.join(table.key)}.\n\n"
        text += "| column | kind | meaning |\n| --- | --- | --- |\n"
        for column in table.columns:
            kind = f"{column.kind} ({column.scheme})" if column.scheme else column.kind
            unit = f", {column.unit}" if column.unit else ""
            must = " **required**" if column.required else ""
            text += f"| `{column.name}` | {kind}{unit} | {_cell(column.about)}{must} |\n"
    return text


def _questions() -> str:
    text = f"# Questions that come with the graph\n\n{_MADE}"
    text += "`permed query NAME -p parameter=value`; over HTTP: `/queries/NAME?parameter=value`.\n"
    for q in Catalogue.load():
        text += f"\n## {q.name}\n\n**{q.question}** ({q.asks})\n"
        text += f"\n{q.description}\n" if q.description else ""
        text += f"\nWhat is not known: {q.lacking}\n" if q.lacking else ""
        if q.params:
            text += (
                "\n| parameter | type | meaning | default or example |\n| --- | --- | --- | --- |\n"
            )
        for p in q.params:
            value = p.default or f"e.g. {p.example}"
            text += f"| `{p.name}` | {p.type} | {_cell(p.about)} | `{value}` |\n"
    return text


# file name -> what makes its Markdown
PAGES: dict[str, Callable[[], str]] = {
    "commands.md": _commands,
    "settings.md": _settings,
    "model.md": _model,
    "questions.md": _questions,
    "forty-questions.md": lambda: forty_questions(_MADE),
    "seed-statements.md": lambda: seed_statements(_MADE),
    "eurio.md": lambda: eurio_page(_MADE),
    "fair.md": lambda: fair_page(_MADE),
    "assistant-calls.md": lambda: calls_page(_MADE),
    "decisions/index.md": lambda: decisions_page(_MADE),
    "where-things-are.md": lambda: where_things_are(_MADE),
}

if __name__ == "__main__":
    write(Path(__file__).resolve().parents[2] / "docs")
