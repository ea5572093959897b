"""`POST receive`: a message, a call or the answer to a USSD code comes in."""

from smsgw_cli.sandbox import incoming
from smsgw_cli.sandbox.control.call import Call, invalid, only, text, texts, whole
from smsgw_cli.sandbox.routes import calls, messages, ussd_pulls
from smsgw_cli.sandbox.store import Row, Store, Unmatched, the_sim
from smsgw_cli.sandbox.wire import HttpError, Response

MESSAGE_TYPES = ("SMS", "MMS", "WhatsApp")
TYPES = {each.lower(): each for each in (*MESSAGE_TYPES, "call", "USSD")}
FIELDS = ("type", "from", "to", "text", "attachments", "duration")
MAX_NUMBER, MAX_TEXT, MAX_URL, MAX_ATTACHMENTS = 255, 100_000, 2_000, 20


def receive(call: Call) -> Response:
    """{"type", "from", "to": SIM by id, number, label or name, "text", "attachments": [URL]}.

    A call has `duration` (seconds); without, it is missed. USSD is the operator's answer to the
    code that waits on the SIM. Answers with the record as the API has it.
    """
    only(call.body, FIELDS)
    kind = TYPES.get(str(call.body.get("type", "SMS")).lower())
    if kind is None:
        raise invalid(f"type must be one of {', '.join(TYPES.values())}")
    state = call.state
    now = state.catch_up()
    with state.store.writing():
        record = _received(state.store, now, kind, call)
    return Response(201, record)


def _received(store: Store, now: int, kind: str, call: Call) -> Row:
    body = call.body
    sim = _sim(store, body.get("to"))
    if kind == "USSD":
        try:
            row = incoming.receive_ussd(store, now, sim=sim, text=text(body, "text", MAX_TEXT))
        except LookupError:
            raise HttpError(409, "No USSD code waits for an answer on that SIM.") from None
        return ussd_pulls.serialize(_again(store, "ussd_pulls", row["id"], ussd_pulls.COLUMNS, now))
    sender = text(body, "from", MAX_NUMBER)
    if kind == "call":
        duration = whole(body, "duration")
        answered = "Incoming" if duration else "Missed"
        row = incoming.receive_call(
            store, now, sender=sender, sim=sim, kind=answered, duration=duration
        )
        return calls.serialize(row)
    attachments = texts(body, "attachments", MAX_ATTACHMENTS, MAX_URL)
    row = incoming.receive(
        store,
        now,
        kind=kind,
        sender=sender,
        sim=sim,
        text=text(body, "text", MAX_TEXT, optional=bool(attachments)),
        attachments=attachments,
    )
    return messages.serialize(_again(store, "messages", row["id"], messages.COLUMNS, now))


def _sim(store: Store, wanted: object) -> Row:
    if isinstance(wanted, bool) or not isinstance(wanted, str | int):
        raise invalid("to must be a SIM: its id, number, label or name")
    try:
        return the_sim(store, wanted)
    except Unmatched as error:
        raise invalid(f"to: {error}") from error


def _again(store: Store, table: str, key: int, columns: str, now: int) -> Row:
    """A row with its status, as the API reads it."""
    sql = f"SELECT {columns} FROM {table} WHERE id = :id"  # noqa: S608
    return store.one(sql, {"id": key, "now": now})
