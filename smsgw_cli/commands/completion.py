"""Completion: what makes TAB know the commands and options."""

from typing import Annotated

import typer
from typer.completion import get_completion_script  # type: ignore[attr-defined]

from smsgw_cli.errors import Usage
from smsgw_cli.group import Commands
from smsgw_cli.session import Session

SHELLS = {"bash": "bash", "zsh": "zsh", "fish": "fish", "powershell": "pwsh"}

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
    session: Session,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell")],
) -> None:
    """Print the completion script of a shell."""
    if shell not in SHELLS:
        raise Usage(f"there is no completion for {shell!r}", hint=f"there is: {', '.join(SHELLS)}")
    script = get_completion_script(
        prog_name="smsgw", complete_var="_SMSGW_COMPLETE", shell=SHELLS[shell]
    )
    typer.echo(script)
