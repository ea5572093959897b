"""The keys of `sandbox set` by HTTP: of the gateway, of devices and of SIMs."""

from typing import Any

from smsgw_cli.sandbox import steering
from smsgw_cli.sandbox.control.call import Body, Call, invalid, only
from smsgw_cli.sandbox.control.clock import iso, moved_to, set_clock
from smsgw_cli.sandbox.faults import Fault
from smsgw_cli.sandbox.key_texts import value_of
from smsgw_cli.sandbox.keys import CLOCK, GATEWAY, PARTS, STEERED, Change, Key
from smsgw_cli.sandbox.store import Unmatched
from smsgw_cli.sandbox.wire import HttpError, Response

MAX_TEXT = 1_000
MAX_VALUES = 100


def get_settings(call: Call) -> Response:
    """The values in use by key, as PUT takes them back."""
    live = call.state.live
    values = {name: live.values[name] for name in GATEWAY}
    values["fault"] = [each.text for each in live.faults.active]
    return Response(payload={**values, CLOCK.name: iso(call.state.now())})


def put_settings(call: Call) -> Response:
    """Set the keys that are given: texts as of KEY=VALUE, or JSON; null is the default."""
    only(call.body, STEERED, "key")
    state = call.state
    values = {name: given(STEERED[name], value) for name, value in call.body.items()}
    moved = moved_to(values.pop(CLOCK.name), state.now()) if CLOCK.name in values else None
    steering.apply(state.store, Change(values), lambda _: state.now())
    state.live.reload()
    if CLOCK.name in call.body:
        set_clock(state, moved)
    return get_settings(call)


def patch_device(call: Call) -> Response:
    return _patch(call, "device")


def patch_sim(call: Call) -> Response:
    return _patch(call, "sim")


def _patch(call: Call, kind: str) -> Response:
    """Set keys of the device or SIM with this id or name; answers with what was set."""
    known = PARTS[kind]
    only(call.body, known, "key")
    if not call.body:
        raise invalid(f"nothing to set; keys: {', '.join(known)}")
    values = {name: given(known[name], value) for name, value in call.body.items()}
    reference = int(call.key) if call.key.isdecimal() else call.key
    state = call.state
    try:
        wanted = Change(parts={kind: (reference, values)})
        steering.apply(state.store, wanted, lambda _: state.now())
    except Unmatched as error:
        raise HttpError(404, str(error)) from error
    return Response(payload={"id": reference, **call.body})


def given(key: Key, value: Any) -> Any:
    """The final form of a value from JSON; None is the default. Raises HttpError (422)."""
    try:
        if value is None or value == key.default == "":
            return None if key.default is not None else value_of(key, "")
        if key.default == ():
            values = value if isinstance(value, list) else [value]
            if len(values) > MAX_VALUES:
                raise ValueError(f"must be at most {MAX_VALUES}")
            return [value_of(key, _text(each)) for each in values]
        return value_of(key, _text(value))
    except ValueError as error:
        raise invalid(f"{key.name}: {error}") from error


def _text(value: Any) -> str:
    """As it is typed in KEY=VALUE."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float) or len(str(value)) > MAX_TEXT:
        raise ValueError(f"must be a text of at most {MAX_TEXT:,} characters, or a number")
    return str(value).strip()


def get_faults(call: Call) -> Response:
    """{"data": [{"fault", "seen": requests it matched, "struck": those it changed}]}."""
    faults = call.state.live.faults.active
    data = [{"fault": each.text, "seen": each.seen, "struck": each.struck} for each in faults]
    return Response(payload={"data": data})


def add_fault(call: Call) -> Response:
    """{"fault": "503 POST /messages/send times=1"}; those that are there go on counting."""
    text = _one_fault(call.body)
    if len(call.state.live.faults.active) >= MAX_VALUES:
        raise invalid(f"there are {MAX_VALUES} faults")
    call.state.live.add_fault(text)
    return Response(201, {"fault": text})


def delete_faults(call: Call) -> Response:
    """All faults, or those with the text {"fault": …}."""
    live = call.state.live
    if call.body:
        live.remove_fault(_one_fault(call.body))
    else:
        live.clear_faults()
    return Response(204)


def _one_fault(body: Body) -> str:
    only(body, ("fault",))
    (text,) = given(GATEWAY["fault"], body.get("fault") or "")
    return Fault.parse(text).text
