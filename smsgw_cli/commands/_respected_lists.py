"""The contact lists of the setting respect_lists."""

from smsgw_cli.cli.resource import find
from smsgw_cli.cli.session import Session
from smsgw_cli.commands.contact_lists import CONTACT_LIST
from smsgw_cli.messages.respected_lists import RespectedLists


def respected_lists(session: Session) -> RespectedLists | None:
    """The lists, or None; warns of those of a profile that belong to another server."""
    names: str | None = session.setting("respect_lists")
    if not names:
        if other := session.values.profile.other_lists:
            session.warn(
                f"warning: respect_lists of the profile {other} is not used, as its lists are on "
                "another server than SMSGW_SERVER; set SMSGW_RESPECT_LISTS"
            )
        return None
    references = [each.strip() for each in names.split(",")]
    return RespectedLists(
        lambda: session.api,
        lambda: [find(session.api, CONTACT_LIST, each) for each in references],
        session.setting("region"),
    )
