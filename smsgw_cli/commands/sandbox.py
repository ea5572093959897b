"""`sandbox`: a simulated gateway for trying things out and for testing scripts."""

from typing import Any

from smsgw_cli.api.sandbox_keys import SERVED, SETTABLE, checked, help_table, words
from smsgw_cli.cli.completion.hints import CompletionHint
from smsgw_cli.cli.groups import Group
from smsgw_cli.cli.old_words import OldOption
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session

app = Group("Run a simulated gateway for trying things out; it never sends anything.")

MODULE = "smsgw_cli.commands._sandbox_gateway"
DB = Field("db", "Database file [default: that of the profile sandbox]", file=True)
KEYS = Field(
    "settings", "Keys and their values, see above", many=True, argument=True, metavar="KEY=VALUE"
)
SERVE_HELP = f"""Run the gateway for other programs until Ctrl-C; prints its URL and token.

The link on stderr opens a page that shows its messages as they happen, and can reply to them.

KEY=VALUE holds for this run, or until 'sandbox set' changes it; what is not given is as set there.

\b
{help_table(SERVED)}

A fault is KIND [METHOD] [PATH] [OPTION=VALUE]... KIND: a status of 400 or more, html,
maintenance, redirect, drop-before (not handled); drop-after, varnish, truncated, malformed, empty,
list, twice, drip, endless, empty-page, cached, ties, row-inserted, row-deleted (handled); latency.
PATH is below /api/v1 and can contain *. Options: times=3, rate=2%, after=10, status=, retry-after=,
delay=. 'smsgw help sandbox' says what each does.
"""
SET_HELP = f"""Set how the gateway and its phones behave, also while it runs.

KEY= takes a value back. All is kept in the database, and takes effect with the next request.

\b
{help_table(SETTABLE)}

Devices and SIMs count at once, also for what waits for them; the speed and the like for what is
sent from then on. fault= replaces all faults; for what a fault is, see 'smsgw sandbox serve
--help', for what phones do, 'smsgw help sandbox'.
"""
REQUESTS_HELP = """Show the requests that a running gateway got, oldest first.

It is the gateway that the profile or SMSGW_SERVER names, served by 'smsgw sandbox serve'. It keeps
the last 1,000, without tokens; -o json shows what was sent and answered.
"""


def _key_value(flag: str, name: str, *, many: bool = False) -> OldOption:
    """An option of 0.1.0 that is KEY=VALUE now."""

    def apply(_: Session, arguments: dict[str, Any], value: Any) -> None:
        texts = value if many else [value]
        for text in texts:
            checked(SERVED[name], text, flag)
        arguments["settings"] = [
            *(f"{name}={text}" for text in texts),
            *(arguments["settings"] or ()),
        ]

    field = Field(f"old_{name}", "", flag=flag, many=many)
    return OldOption(field, apply, f"{name}={SERVED[name].form}")


register(
    app,
    "serve",
    SERVE_HELP,
    (
        KEYS._replace(hint=CompletionHint(words=words(SERVED))),
        Field("host", "Address to listen on [default: 127.0.0.1]"),
        Field("port", "Port to listen on [default: any free port]", int),
        DB,
        Field("token", "Token to accept [default: the one in the database]"),
        Field("tls", "Serve HTTPS, with a certificate made for it by openssl", bool, flag="--tls"),
        Field("open_page", "Open its page in a browser", bool, flag="--open"),
    ),
    deferred(MODULE, "serve"),
    old=(
        _key_value("--speed", "speed"),
        _key_value("--latency", "latency"),
        _key_value("--rate-limit", "rate"),
        _key_value("--fault", "fault", many=True),
        _key_value("--fault-seed", "fault_seed"),
    ),
    epilog="""
    smsgw sandbox serve --port 8025 --db gateway.db
    smsgw sandbox serve rate=600/min fault='drop-after POST /messages/send times=1'
    """,
)
register(
    app,
    "set",
    SET_HELP,
    (KEYS._replace(hint=CompletionHint(words=words(SETTABLE))), DB),
    deferred(MODULE, "set_keys"),
    epilog="""
    smsgw sandbox set clock=+2h
    smsgw sandbox set device=1 battery=8 silent=3h
    smsgw sandbox set sim=2 quota=100 balance=3.20
    smsgw sandbox set fault='503 POST /messages/send times=2' latency=0.2
    smsgw sandbox set fault=
    """,
)
register(
    app,
    "receive",
    "Simulate an incoming message.",
    (
        Field("sender", "Number of the sender", flag="--from", required=True, metavar="NUMBER"),
        Field(
            "sim",
            "Receiving SIM (id, number, label or name)",
            flag="--to",
            required=True,
            metavar="SIM",
        ),
        Field("message", "Text of the message", flag="-m --message", required=True, metavar="TEXT"),
        DB,
    ),
    deferred(MODULE, "receive"),
    epilog="smsgw sandbox receive --from +12025550199 --to 1 -m 'Is this seat taken?'",
)
register(
    app,
    "requests",
    REQUESTS_HELP,
    (),
    deferred(MODULE, "list_requests"),
    epilog="smsgw sandbox requests -o json",
)
register(
    app,
    "seed",
    "Add demo data: phones, lists, contacts and a history.",
    (DB,),
    deferred(MODULE, "seed"),
    epilog="smsgw sandbox seed",
)
register(
    app,
    "reset",
    "Delete everything except two phones with three SIMs.",
    (DB,),
    deferred(MODULE, "reset"),
    epilog="smsgw sandbox reset --yes",
)
