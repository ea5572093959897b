"""`api`: raw requests, for what no other command covers."""

from contextlib import closing
from itertools import chain, islice
from typing import Any
from urllib.parse import urlencode

from smsgw_cli.cli import old_words
from smsgw_cli.cli.completion.hints import CompletionHint
from smsgw_cli.cli.dry_run import would_send
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.parameters import register
from smsgw_cli.cli.resource import Field
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._raw_request import RawRequest, parsed
from smsgw_cli.commands._send_options import ALLOW
from smsgw_cli.config.allow import allowed_words
from smsgw_cli.errors import Usage
from smsgw_cli.messages.send_request import ALLOWED, SUPPRESSED

METHODS = ("GET", "POST", "PUT", "DELETE")

app = Commands()


METHOD = Field(
    "method",
    "GET, POST, PUT or DELETE",
    required=True,
    argument=True,
    hint=CompletionHint(METHODS),
)
PATH = Field(
    "path", "Path such as messages/5 or '/messages?type=SMS'", required=True, argument=True
)
OPTIONS = (
    Field(
        "texts",
        "Text parameter; KEY[]= appends to a list",
        many=True,
        flag="-f",
        metavar="KEY=VALUE",
    ),
    Field(
        "values",
        "JSON parameter: a number, true, false, null, a list, …",
        many=True,
        flag="-F",
        metavar="KEY:=JSON",
    ),
    Field("file", "File with the JSON body; - for standard input", flag="--input", file=True),
    Field("paginate", "Print all records of a list, page by page", bool, "--paginate"),
    Field("include", "Print status and headers before the body", bool, "-i --include"),
    ALLOW._replace(section=""),
)


def call(session: Session, **given: Any) -> None:
    """Send the request and print the response. Raises Usage, and the error of the response."""
    include, texts, values = bool(given["include"]), given["texts"] or (), given["values"] or ()
    request = parsed(given["method"], given["path"], texts, values, given["file"])
    _refuse_repeatable_send(request)
    if SUPPRESSED in allowed_words(given["allow"], ALLOWED):
        session.guard = None
    if given["paginate"]:
        _refuse_pages(request, include=include)
        _print_pages(session, request)
    elif request.only_reads or not _would_send(session, request):
        _print_response(session, request, include=include)


def _refuse_repeatable_send(request: RawRequest) -> None:
    """Raise Usage for a send by GET: the API documents it, but proxies may repeat a GET."""
    if request.is_send and request.method != "POST":
        raise Usage(
            f"a {request.method} of {request.path} may be repeated in transit and send twice",
            hint=f"'smsgw api POST {request.path}', or 'smsgw {request.path.replace('/', ' ')}'",
        )


def _refuse_pages(request: RawRequest, *, include: bool) -> None:
    if request.method != "GET" or request.body is not None:
        raise Usage("--paginate requires a GET without a body")
    if include:
        raise Usage("--paginate cannot be combined with -i")


def _would_send(session: Session, request: RawRequest) -> bool:
    names = {
        f"{name}[]" if isinstance(value, list) else name: value
        for name, value in request.query.items()
    }
    query = f"?{urlencode(names, doseq=True)}" if names else ""
    return would_send(session, request.method, request.path + query, request.body)


def _print_pages(session: Session, request: RawRequest) -> None:
    with closing(session.api.pages(request.path, request.query)) as records:
        first = list(islice(records, 1))
        columns = tuple(first[0]) if first else ("id",)
        session.out.rows(chain(first, records), columns)


def _print_response(session: Session, request: RawRequest, *, include: bool) -> None:
    try:
        response = session.api.request(
            request.method, request.path, query=request.query, body=request.body
        )
    finally:
        if include:
            _print_head(session)
    if response is not None:
        session.out.json(response)


def _print_head(session: Session) -> None:
    """The status line and headers of the last response, if any, escaped for a terminal."""
    response = session.api.last
    if response is None:
        return
    lines = [f"{response.http_version} {response.status_code} {response.reason_phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers.multi_items()]
    for line in [*lines, ""]:
        session.out.line(line)


register(
    app,
    "api",
    """Send any request to the API and print the JSON response.

    -f and -F set the query of a GET, or the JSON body of other methods. There is no confirmation,
    not even for a DELETE.
    """,
    (METHOD, PATH, *OPTIONS),
    call,
    old=(old_words.allow("--allow-suppressed", SUPPRESSED),),
    epilog="""
    smsgw -p sandbox api GET messages -f type=SMS -f 'statuses[]=Delivered' --paginate -o ndjson
    smsgw -p sandbox api POST contact-lists -f name=Friends
    smsgw -p sandbox api GET devices/1 -i
    """,
)
