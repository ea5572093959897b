"""`help`: a tour with commands that run as written on a new sandbox; topics; commands."""

import typer

from smsgw_cli.cli.completion.hints import CompletionHint
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.parameters import register
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._help_topic import text_of, topics, tour

app = Commands()

WORDS = Field(
    "words",
    "Topic or command",
    many=True,
    argument=True,
    metavar="[TOPIC|COMMAND]…",
    hint=CompletionHint(tuple(topics())),
)


def show_help(session: Session, words: list[str] | None) -> None:
    """Print the tour, or the text of a topic or command. Raises NotFound for another word."""
    del session
    typer.echo(text_of(words) if words else tour(), nl=False)


register(
    app,
    "help",
    f"""Take a tour of every resource, or read about a topic or command.

    Topics: {", ".join(topics())}.""",
    (WORDS,),
    show_help,
    epilog="""
    smsgw help | less
    smsgw help settings
    smsgw help messages send
    """,
)
