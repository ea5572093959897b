"""The clock of a state: `GET|PUT clock`."""

from typing import Any

from smsgw_cli.sandbox import steering
from smsgw_cli.sandbox.control.call import Call, invalid, only
from smsgw_cli.sandbox.control.states import State
from smsgw_cli.sandbox.instants import SECOND, parse_instant, to_datetime
from smsgw_cli.sandbox.key_texts import seconds
from smsgw_cli.sandbox.keys import CLOCK, Change
from smsgw_cli.sandbox.wire import Response


def get_clock(call: Call) -> Response:
    """{"now": ISO 8601 in UTC, "ahead": seconds}."""
    return Response(payload=_shown(call.state))


def put_clock(call: Call) -> Response:
    """{"now": ISO 8601} | {"advance": duration or seconds} | {"now": null}, which is real time."""
    only(call.body, ("now", "advance"))
    if len(call.body) != 1:
        raise invalid('the clock takes "now" or "advance"')
    state = call.state
    if "advance" in call.body:
        moved: int | None = _advance(call.body["advance"])
    else:
        moved = moved_to(call.body["now"], state.now())
    set_clock(state, moved)
    return Response(payload=_shown(state))


def set_clock(state: State, moved: int | None) -> None:
    """Move it by milliseconds, or back to real time, and start what is due by then."""
    if moved is not None:
        _check(state.now() + moved)
    steering.apply(state.store, Change({CLOCK.name: moved}), lambda _: state.now())
    state.live.reload()
    state.catch_up()


def moved_to(value: Any, now: int) -> int | None:
    """By how many milliseconds `+2h` or an ISO 8601 time moves it; None for null.

    Raises HttpError (422).
    """
    if value is None:
        return None
    if isinstance(value, str) and value.startswith("+"):
        return _advance(value[1:])
    try:
        return parse_instant(str(value)) - now
    except ValueError:
        raise invalid("now must be a time such as 2030-06-03T12:00:00Z") from None


def iso(at: int) -> str:
    return f"{to_datetime(at // SECOND * SECOND):%Y-%m-%dT%H:%M:%SZ}"


def _advance(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise invalid('advance must be a duration such as "2h", or seconds')
    try:
        return round(seconds(str(value)) * SECOND)
    except (ValueError, OverflowError) as error:
        raise invalid(f"advance {error}") from error


def _check(at: int) -> None:
    try:
        parse_instant(iso(at))
    except (ValueError, OverflowError, OSError):
        raise invalid("the clock must be from 1970 to 2099") from None


def _shown(state: State) -> dict[str, Any]:
    return {"now": iso(state.now()), "ahead": state.live.clock // SECOND}
