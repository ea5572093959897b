"""Which do-not-contact lists a command uses."""

from smsgw_cli.cli.session import Session
from smsgw_cli.config.paths import user_path
from smsgw_cli.config.values import Values
from smsgw_cli.errors import Usage
from smsgw_cli.messages.suppression_list import SuppressionList, path
from smsgw_cli.messages.suppression_lists import SharedList, SuppressionLists

SETTING = "suppression_list"


def suppression_lists(session: Session) -> SuppressionLists:
    """The list of this user and that of the setting suppression_list."""
    shared = session.setting(SETTING)
    other = SharedList(user_path(shared)) if shared else None
    return SuppressionLists(SuppressionList(path()), other)


def usual_lists(session: Session) -> SuppressionLists:
    """The same for a send. Raises Usage if --set or a variable takes out the usual one."""
    profile = session.values.profile
    usual = {profile.settings.get(SETTING), Values({}, {}, profile).of(SETTING).value} - {None}
    if usual - {session.setting(SETTING)}:
        raise Usage(
            f"{session.values.of(SETTING).source} disables the do-not-contact list of the setting "
            f"{SETTING}; nothing was sent",
            hint="--allow suppressed sends without it",
        )
    return suppression_lists(session)


def create_if_missing(session: Session) -> None:
    """Create the shared list after asking. Raises as `confirm` does."""
    shared = suppression_lists(session).shared
    if shared is None or session.options.dry_run or shared.exists:
        return
    session.confirm(f"{shared.path} does not exist. Create a do-not-contact list there?")
    shared.create()
    session.out.note(
        f"note: created {shared.path}, which only its owner can use; "
        "share it with 'chgrp GROUP' and 'chmod 660'"
    )


def covered(lists: SuppressionLists) -> str:
    """Where the lists are, and what they cover."""
    paths = [f"{lists.own.path} (own)"]
    if lists.shared is not None:
        paths.append(f"{lists.shared.path} (shared)")
    return f"{' and '.join(paths)}; covers sends from this program, to any server"
