"""The page of commands, from the command line itself."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc

import click

from service.cli.main import main

HEAD = """# Commands

`rebut COMMAND --help` says the same in the terminal. In a checkout the command is `.venv/bin/rebut`. Exit codes: 0 is well, 1 is
not, 2 is a command line or a file that cannot be understood, 130 is Ctrl-C. Sample files for each command are in
[`examples/`](../tutorial.md#sample-files). This page is made from `service/cli` by `make reference`.
"""


def page() -> str:
    """The page: the group, then each command, and those that it has."""
    parts = [HEAD, cleandoc(main.help or ""), "```text\nrebut [--version] [--help] COMMAND …\n```"]
    parts += sections(main, click.Context(main, info_name="rebut"), 2)
    return "\n\n".join(part.strip() for part in parts) + "\n"


def sections(group: click.Group, context: click.Context, level: int) -> Iterator[str]:
    """A group's commands by name, each before those that it has itself, whose headings are a level lower."""
    for name, command in sorted(group.commands.items()):
        below = click.Context(command, info_name=name, parent=context)
        yield section(command, below, level)
        if isinstance(command, click.Group):
            yield from sections(command, below, level + 1)


def section(command: click.Command, context: click.Context, level: int) -> str:
    """A command: how it is called, what it does, its arguments and options."""
    called = context.command_path
    usage = " ".join(command.collect_usage_pieces(context))
    options = [line for one in command.get_params(context) if (line := option(one, context))]
    table = ["| option | takes | what |\n|---|---|---|\n" + "\n".join(options)] if options else []
    return "\n\n".join([f"{'#' * level} {called}", f"```text\n{called} {usage}\n```", cleandoc(command.help or ""), *table])


def option(parameter: click.Parameter, context: click.Context) -> str:
    """A row of the table; arguments stand in the usage."""
    if not isinstance(parameter, click.Option) or "--help" in parameter.opts:
        return ""
    names = ", ".join(f"`{name}`" for name in parameter.opts)
    return f"| {names} | {value_of(parameter, context)} | {parameter.help}{default_of(parameter)} |"


def default_of(parameter: click.Option) -> str:
    """What it is if it is not given, where the terminal tells it, too."""
    if not parameter.show_default:
        return ""
    found = parameter.default if isinstance(parameter.default, tuple | list) else [parameter.default]
    return f" If not given: {', '.join(f'`{one}`' for one in found)}."


def value_of(parameter: click.Option, context: click.Context) -> str:
    """What an option takes, in a few words; empty for a switch."""
    kind = parameter.type
    if parameter.is_flag:
        return ""
    if isinstance(kind, click.Choice):
        return ", ".join(f"`{choice}`" for choice in kind.choices)
    if isinstance(kind, click.IntRange | click.FloatRange):
        return f"{kind.min} to {kind.max}"
    return parameter.make_metavar(context).lower()
