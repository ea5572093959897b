"""`completion`: the completion scripts of shells."""

from typing import Annotated

import typer

from smsgw_cli.cli.completion import install, model
from smsgw_cli.cli.completion.hints import CompletionHint
from smsgw_cli.cli.completion.scripts import SHELLS, script
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.session import Session
from smsgw_cli.commands import load
from smsgw_cli.errors import Usage

app = Commands()


@app.command(
    "completion",
    epilog="""
    smsgw completion --install
    smsgw completion zsh --install --dry-run
    smsgw completion bash > ~/.local/share/bash-completion/completions/smsgw
    """,
)
def completion(
    ctx: typer.Context,
    shell: Annotated[
        str | None,
        typer.Argument(
            metavar="[SHELL]", help="bash, zsh, fish or powershell [default: your shell]"
        ),
        CompletionHint(tuple(SHELLS)),
    ] = None,
    is_installed: Annotated[
        bool | None,
        typer.Option("--install/--uninstall", help="Change the shell's files [default: print]"),
    ] = None,
) -> None:
    """Print the completion script of a shell, or install it."""
    shell = shell or install.shell_in_use()
    if shell not in SHELLS:
        raise Usage(f"no completion for {shell!r}", hint=f"use {', '.join(SHELLS)}")
    text = script(shell, model.program(ctx.find_root().command, load))
    if is_installed is None:
        typer.echo(text, nl=False)
        return
    changes = install.installing(shell, text) if is_installed else install.uninstalling(shell)
    _make(ctx.obj, changes)
    if is_installed:
        ctx.obj.out.note(f"note: it works in a new {shell}")


def _make(session: Session, changes: list[install.Change]) -> None:
    """Make the changes and print them; with --dry-run only the latter."""
    rows = [{"file": str(each.path), "result": each.action} for each in changes]
    if not session.options.dry_run:
        for each in changes:
            each.make()
    session.out.rows(rows, ("file", "result"))
