"""`check --textfile`: gauges for the textfile collector of Prometheus' node_exporter."""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from smsgw_cli.cli.session import Session
from smsgw_cli.config.metrics import CHECKS
from smsgw_cli.errors import SmsgwError
from smsgw_cli.fleet.checks import Report
from smsgw_cli.fleet.context import CheckContext
from smsgw_cli.fleet.gauges import Sample, samples, status
from smsgw_cli.fleet.measurement import WHOLE, Status
from smsgw_cli.fleet.sims import fleet_sims
from smsgw_cli.fleet.verdict import Result
from smsgw_cli.output.prometheus import text
from smsgw_cli.storage.atomic_write import atomic_write

READABLE = 0o644  # node_exporter has a user of its own


def write(name: str, report: Report, context: CheckContext, session: Session) -> Report:
    """Write the gauges; returns the report, with the failure to write if there is one."""
    try:
        gauges = samples(report, context.now, _devices_of_sims(context))
        _write(Path(name).resolve(), gauges, session)
    except OSError as error:
        message = f"cannot write {name}: {error.strerror or error}"
        result = Result("textfile", Status.UNKNOWN, message, WHOLE)
        return replace(report, results=(*report.results, result))
    return report


def _devices_of_sims(context: CheckContext) -> dict[int, str]:
    """The name of the device of each SIM; empty if the server cannot tell."""
    try:
        devices = context.devices
    except SmsgwError:
        return {}
    return {each.id: each.device or "" for each in fleet_sims(devices)}


def write_failure(name: str, check: str | None, session: Session) -> None:
    """Write that the check, or all for None, could not be made; no file, if that fails too."""
    unknown = (status(each, Status.UNKNOWN) for each in ([check] if check else CHECKS))
    with suppress(OSError):
        _write(Path(name).resolve(), unknown, session)


def _write(path: Path, gauges: Iterable[Sample], session: Session) -> None:
    profile = _profile(session)
    labelled = (each._replace(labels={**each.labels, "profile": profile}) for each in gauges)
    with atomic_write(path, READABLE) as file:
        if sys.platform != "win32":
            os.fchmod(file.fileno(), READABLE)  # whatever the umask
        file.write(text(labelled).encode())


def _profile(session: Session) -> str:
    """The profile's name, which keeps the files of several servers apart."""
    try:
        return session.profile.name
    except SmsgwError:
        return session.options.profile_name or ""
