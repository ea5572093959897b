"""`completion`: the completion scripts of shells."""

from typing import Annotated

import typer

from smsgw_cli.cli.completion import model
from smsgw_cli.cli.completion.hints import CompletionHint
from smsgw_cli.cli.completion.scripts import SHELLS, script
from smsgw_cli.cli.groups import Commands
from smsgw_cli.commands import load
from smsgw_cli.errors import Usage

app = Commands()


@app.command(
    "completion",
    epilog="""
    smsgw completion bash > ~/.local/share/bash-completion/completions/smsgw
    smsgw completion zsh > ~/.zfunc/_smsgw
    smsgw completion fish > ~/.config/fish/completions/smsgw.fish
    smsgw completion powershell >> $PROFILE
    """,
)
def completion(
    ctx: typer.Context,
    shell: Annotated[
        str,
        typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell"),
        CompletionHint(tuple(SHELLS)),
    ],
) -> None:
    """Print the completion script of a shell."""
    if shell not in SHELLS:
        raise Usage(f"no completion for {shell!r}", hint=f"use {', '.join(SHELLS)}")
    typer.echo(script(shell, model.program(ctx.find_root().command, load)), nl=False)
