"""The networks' answers to USSD codes, printed when their campaign was watched."""

from collections.abc import Sequence
from contextlib import suppress

from smsgw_cli.cli.session import Session
from smsgw_cli.errors import SmsgwError
from smsgw_cli.model import USSD_PULL, Record

COLUMNS = ("id", "sim_id", "code", "status", "response")


def show_answers(session: Session, campaigns: Sequence[Record]) -> None:
    """Print what each SIM was answered, on stdout where more may follow the campaign.

    A document that is complete, such as JSON, is not added to: the answers are notes.
    """
    watched = [each for each in campaigns if each.get("type") == USSD_PULL]
    with suppress(SmsgwError):  # that of the watching counts
        pulls = [pull for each in watched for pull in _pulls(session, each)]
        if session.out.is_open_ended and pulls:
            session.out.rows(pulls, COLUMNS)
            return
        for pull in pulls:
            answer = pull.get("response") or pull.get("status")
            session.out.note(f"sim {pull.get('sim_id')}: {pull.get('code')}: {answer}")


def _pulls(session: Session, campaign: Record) -> list[Record]:
    pulls = session.api.pages("ussd-pulls", {"campaign": campaign["id"]})
    return sorted(pulls, key=lambda pull: pull["id"])
