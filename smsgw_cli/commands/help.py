"""`help`: a tour with commands that run as written on a new sandbox; topics; commands."""

from importlib import import_module

import typer

from smsgw_cli.cli.completion.hints import TOPIC
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.parameters import register
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session

GUIDE = """\
A tour of smsgw. Every command here runs as written, on the sandbox: a simulated gateway
inside the program, which sends nothing. Omit '-p sandbox' to use your own server
('smsgw profiles add NAME SERVER').

Contact lists hold the recipients of campaigns.

  smsgw -p sandbox contact-lists create Customers
  smsgw -p sandbox contact-lists list
  smsgw -p sandbox contact-lists update Customers --name Guests
  smsgw -p sandbox contact-lists get Guests

Fields hold data about the contacts of a list, besides their numbers.

  smsgw -p sandbox fields create Guests 'First Name'
  smsgw -p sandbox fields create Guests Table --type dropdown \\
      --option in=Inside --option out=Terrace
  smsgw -p sandbox fields list Guests
  smsgw -p sandbox fields update 2 --option bar=Bar

Contacts are the people on a list. An update changes only the values it names.

  smsgw -p sandbox contacts create Guests +12025550123 --field first_name=Ann --field table=out
  smsgw -p sandbox contacts create Guests +12025550124 --field first_name=Bob
  smsgw -p sandbox contacts update 1 --field table=bar
  smsgw -p sandbox contacts list Guests -o csv
  smsgw -p sandbox contacts update 2 --unsubscribed

An import creates contacts from a CSV file ('smsgw contacts import --help'). It is recorded, and
can be resumed after an interruption, or undone. A sync makes a list match a file, and shows
the changes first ('smsgw contacts sync --help').

  smsgw imports list

Devices are the phones that send, with their SIMs.

  smsgw -p sandbox devices list
  smsgw -p sandbox devices sims
  smsgw -p sandbox devices update 1 --name Kitchen

A monitoring plug-in checks devices, waiting messages and failures ('smsgw help monitoring').

  smsgw -p sandbox check devices

Messages are sent to numbers and lists; every send creates a campaign.

  smsgw -p sandbox messages send --to +12025550123 -m 'Your table is ready' --watch
  smsgw -p sandbox messages preview --list Guests -m 'New menu!' --sim 1
  smsgw -p sandbox messages send --list Guests -m 'New menu!' --name Menu --sim 1 --watch
  smsgw -p sandbox messages send --list Guests -m 'Brunch?' --at 'tomorrow 09:00' \\
      --every '1 week' --days sun --name Brunch
  smsgw -p sandbox messages list --campaign 2 --status Delivered
  smsgw -p sandbox messages get 1 -o json

Every send is recorded, with its outcome, even if it was interrupted.

  smsgw -p sandbox sends list
  smsgw -p sandbox sends get 1

Campaigns show the status of sends.

  smsgw -p sandbox campaigns list
  smsgw -p sandbox campaigns get 2 -o json
  smsgw -p sandbox campaigns devices 2
  smsgw -p sandbox campaigns report 2
  smsgw -p sandbox campaigns update 3 --name 'Sunday brunch'
  smsgw -p sandbox campaigns delete 3 --yes

USSD pulls are codes dialed by a SIM, with the network's responses.

  smsgw -p sandbox ussd-pulls send '*123#' --sim 1 --watch
  smsgw -p sandbox ussd-pulls list

Sending servers send instead of phones; sender ids are what recipients see.

  smsgw -p sandbox sending-servers create --name Twilio --driver twilio --type SMS \\
      --config account_sid=AC123
  smsgw -p sandbox sender-ids create Twilio Bistro
  smsgw -p sandbox messages send --to +12025550123 -m 'See you soon' --sender-id Bistro
  smsgw -p sandbox campaigns sending-servers 5
  smsgw -p sandbox sending-servers update Twilio --disabled
  smsgw -p sandbox sender-ids list
  smsgw -p sandbox sender-ids delete Bistro --yes
  smsgw -p sandbox sending-servers delete Twilio --yes

Calls are the call log of the phones.

  smsgw sandbox seed
  smsgw -p sandbox calls list --type Missed
  smsgw -p sandbox calls delete 1 --yes

Messages are also received.

  smsgw sandbox receive --from +12025550188 --to 1 -m 'A table for two?'
  smsgw -p sandbox messages list --status Received --limit 1
  smsgw -p sandbox messages tail --status Received --since 1h --no-follow

No send reaches a number on the do-not-contact list.

  smsgw -p sandbox suppress from-replies
  smsgw suppress add +12025550188
  smsgw suppress list
  smsgw suppress remove +12025550188

A backup contains the lists with their contacts, and the records of this program.

  smsgw -p sandbox backup create bistro
  smsgw -p sandbox backup restore bistro

Anything else in the API:

  smsgw -p sandbox api GET contact-lists
  smsgw -p sandbox doctor
  smsgw sandbox reset --yes

See 'smsgw COMMAND --help' for arguments and options, 'smsgw help settings' for settings.
"""

app = Commands()


WORDS = Field(
    "words", "Topic or command", many=True, argument=True, metavar="[TOPIC|COMMAND]…", hint=TOPIC
)


def show_help(session: Session, words: list[str] | None) -> None:
    """Print the tour, or the text of a topic or command. Raises NotFound for another word."""
    del session
    if not words:
        typer.echo(GUIDE, nl=False)
        return
    module = import_module("smsgw_cli.commands._help_topic")
    typer.echo(module.text_of(words), nl=False)


register(
    app,
    "help",
    """Take a tour of every resource, or read about a topic or command.

    Topics: container, exit-codes, files, importing, monitoring, options, output, replies, sandbox,
    schema, security, sending, sending-once, settings, sharding, syncing, time.""",
    (WORDS,),
    show_help,
    epilog="""
    smsgw help | less
    smsgw help settings
    smsgw help messages send
    """,
)
