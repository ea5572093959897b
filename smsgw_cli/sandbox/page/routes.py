"""The page's part of the control address: what it shows, as answers to requests."""

from collections.abc import Mapping

from smsgw_cli.sandbox.control.call import Call, Handler
from smsgw_cli.sandbox.page import views
from smsgw_cli.sandbox.wire import Response


def get_overview(call: Call) -> Response:
    call.state.catch_up()
    return Response(payload=views.overview(call.state))


def get_conversations(call: Call) -> Response:
    call.state.catch_up()
    return Response(payload=views.conversations(call.state, call.query))


def get_conversation(call: Call) -> Response:
    """The key is the number, or whatever else messages come from."""
    call.state.catch_up()
    return Response(payload=views.conversation(call.state, call.key, call.query))


def get_export(call: Call) -> Response:
    call.state.catch_up()
    name = 'attachment; filename="smsgw-sandbox.json"'
    return Response(payload=views.export(call.state), headers={"Content-Disposition": name})


ROUTES: Mapping[str, Mapping[str, Handler]] = {
    "overview": {"GET": get_overview},
    "conversations": {"GET": get_conversations},
    "conversations/{id}": {"GET": get_conversation},
    "export": {"GET": get_export},
}
