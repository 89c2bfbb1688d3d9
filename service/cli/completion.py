"""`rebut completion`: what makes a shell complete commands, options and files."""

from __future__ import annotations

import rich_click as click
from click.shell_completion import get_completion_class

from service.cli.show import out

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_REBUT_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes a SHELL complete `rebut`: bash, zsh or fish.

    For bash, put `eval "$(rebut completion bash)"` into `~/.bashrc`; for zsh, the same with zsh into `~/.zshrc`; for fish, run
    `rebut completion fish > ~/.config/fish/completions/rebut.fish`.
    """
    made_by = get_completion_class(shell)
    assert made_by is not None
    out.print(made_by(ctx.find_root().command, {}, "rebut", VARIABLE).source(), markup=False, highlight=False, soft_wrap=True)
