"""Any request, as it is: for what no other command does."""

from contextlib import closing
from itertools import chain, islice
from typing import Annotated
from urllib.parse import urlencode

import typer

from smsgw_cli.cli.completion.hints import CompletionHint
from smsgw_cli.cli.dry_run import would_send
from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.session import Session
from smsgw_cli.commands._raw_request import RawRequest, written
from smsgw_cli.errors import Usage

METHODS = ("GET", "POST", "PUT", "DELETE")

app = Commands()


@app.command(
    "api",
    epilog="""
    smsgw -p sandbox api GET messages -f type=SMS -f 'statuses[]=Delivered' --paginate -o ndjson
    smsgw -p sandbox api POST contact-lists -f name=Friends
    smsgw -p sandbox api GET devices/1 -i
    """,
)
def call(
    session: Session,
    method: Annotated[
        str,
        typer.Argument(metavar="METHOD", help="GET, POST, PUT or DELETE"),
        CompletionHint(METHODS),
    ],
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="Such as messages/5 or '/messages?type=SMS'")
    ],
    texts: Annotated[
        list[str] | None,
        typer.Option("-f", metavar="KEY=VALUE", help="Text; KEY[]= adds to a list"),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("-F", metavar="KEY:=JSON", help="A number, true, false, null, a list, …"),
    ] = None,
    file: Annotated[
        str | None,
        typer.Option("--input", metavar="FILE", help="The body, JSON; - is standard input"),
    ] = None,
    paginate: Annotated[
        bool, typer.Option("--paginate", help="Print every record of a list, page after page")
    ] = False,
    include: Annotated[
        bool, typer.Option("-i", "--include", help="Print the status and the headers first")
    ] = False,
    allow_suppressed: Annotated[
        bool,
        typer.Option("--allow-suppressed", help="Send to numbers of the do-not-contact list too"),
    ] = False,
) -> None:
    """Send any request to the API and print the JSON that it answers with.

    -f and -F make the query of a GET, and the JSON body of anything else. Nothing is asked, not
    even before a DELETE.
    """
    request = written(method, path, texts or (), values or (), file)
    _refuse_repeatable_send(request)
    if allow_suppressed:
        session.guard = None
    if paginate:
        _refuse_pages(request, include=include)
        _print_pages(session, request)
    elif request.only_reads or not _would_send(session, request):
        _print_answer(session, request, include=include)


def _refuse_repeatable_send(request: RawRequest) -> None:
    """The API documents its sends as GET, but a GET is repeated, by us and by others."""
    if request.is_send and request.method != "POST":
        raise Usage(
            f"a {request.method} of {request.path} may be repeated on its way, and send twice",
            hint=f"'smsgw api POST {request.path}', or 'smsgw {request.path.replace('/', ' ')}'",
        )


def _refuse_pages(request: RawRequest, *, include: bool) -> None:
    if request.method != "GET" or request.body is not None:
        raise Usage("--paginate is for a GET without a body")
    if include:
        raise Usage("--paginate is many answers, -i tells of one")


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


def _print_answer(session: Session, request: RawRequest, *, include: bool) -> None:
    try:
        answer = session.api.request(
            request.method, request.path, query=request.query, body=request.body
        )
    finally:
        if include:
            _print_head(session)
    if answer is not None:
        session.out.json(answer)


def _print_head(session: Session) -> None:
    """The status line and headers of the last answer, if there was one, safe to print."""
    response = session.api.last
    if response is None:
        return
    lines = [f"{response.http_version} {response.status_code} {response.reason_phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers.multi_items()]
    for line in [*lines, ""]:
        session.out.line(line)
