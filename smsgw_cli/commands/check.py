"""`check`: a monitoring plug-in, for Nagios, Icinga, Zabbix and Prometheus."""

import copy
from typing import Any

from smsgw_cli.cli.groups import Commands, shared_params
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field
from smsgw_cli.config.metrics import CHECKS

HELP = """Check phones and traffic, as a monitoring plug-in.

Exits with 0 OK, 1 WARNING, 2 CRITICAL, or 3 UNKNOWN for any failure. Runs all checks that apply
unless one is named, within -t, --timeout [10s]. Metrics, their ranges and recipes:
smsgw help monitoring
"""
FIELDS = (
    Field(
        "check",
        "What to check [default: all]",
        choices=CHECKS,
        argument=True,
        metavar="[CHECK]",
    ),
    Field(
        "ids",
        "Only these devices, campaigns, sending servers or SIMs; - for standard input",
        many=True,
        argument=True,
        metavar="[ID]...",
    ),
    Field(
        "warning",
        "Warn if a metric is outside this range; repeatable",
        many=True,
        flag="-w --warning",
        metavar="[METRIC=]RANGE",
    ),
    Field(
        "critical",
        "Critical if a metric is outside this range; repeatable",
        many=True,
        flag="-c --critical",
        metavar="[METRIC=]RANGE",
    ),
    Field("skip", "Skip this ID; repeatable", int, many=True, metavar="ID"),
    Field("since", "Count failures since this time [default: 1h]", metavar="WHEN"),
    Field("textfile", "Also write metrics to this file, for Prometheus", file=True),
    Field("version", "Show the version and exit", bool, "-V --version"),
)


def _shared() -> list[Any]:
    """The shared options, of which -c and --timeout mean something else in a plug-in."""
    params = {each.name: copy.copy(each) for each in shared_params()}
    params["columns"].opts = ["--columns"]
    params["timeout"].opts = ["-t", "--timeout"]
    params["timeout"].help = "Timeout of the whole check [default: 10s]"
    return list(params.values())


app = Commands()
register(
    app,
    "check",
    HELP,
    FIELDS,
    deferred("smsgw_cli.commands._check_run", "check"),
    shared=_shared,
    epilog="""
    smsgw check
    smsgw check devices 7 -w battery=30: -c battery=15:
    smsgw check queue -w 10m -c 1h
    """,
)
