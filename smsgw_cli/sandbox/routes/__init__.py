"""The routes of the API, one file per resource."""

from smsgw_cli.sandbox.routes import (
    calls,
    campaigns,
    contact_lists,
    contacts,
    devices,
    fields,
    messages,
    sender_ids,
    sending_servers,
    ussd_pulls,
)

RESOURCES = (
    calls,
    campaigns,
    contact_lists,
    fields,
    contacts,
    devices,
    messages,
    sender_ids,
    sending_servers,
    ussd_pulls,
)

ROUTES = tuple(route for resource in RESOURCES for route in resource.ROUTES)
