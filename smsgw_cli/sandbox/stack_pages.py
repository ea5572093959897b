"""What the programs around a Laravel application answer in its place, word for word.

Written down from nginx 1.22.1 (`server_tokens off`) and Varnish 7.1.1 with its built-in VCL; the
tests compare it with the programs that are installed. Laravel's answer is that of its middleware
PreventRequestsDuringMaintenance to whoever expects JSON (Laravel 12, "Maintenance Mode"). Reason
phrases are those of RFC 9110: uvicorn sends no others, and HTTP/2 has none.
"""

from http import HTTPStatus

from smsgw_cli.sandbox.wire import Response

NGINX_TITLES = {
    408: "Request Time-out",
    413: "Request Entity Too Large",
    414: "Request-URI Too Large",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}
"""Where nginx's words are not those of RFC 9110."""

NGINX = """<html>
<head><title>{title}</title></head>
<body>
<center><h1>{title}</h1></center>
<hr><center>nginx</center>
</body>
</html>
"""

VARNISH = """<!DOCTYPE html>
<html>
  <head>
    <title>503 Backend fetch failed</title>
  </head>
  <body>
    <h1>Error 503 Backend fetch failed</h1>
    <p>Backend fetch failed</p>
    <h3>Guru Meditation:</h3>
    <p>XID: 3</p>
    <hr>
    <p>Varnish cache server</p>
  </body>
</html>
"""

VIA = "1.1 varnish (Varnish/7.1)"


def nginx(status: int) -> Response:
    """nginx's built-in page. With 413 it closes the connection: the body is still on its way."""
    page = NGINX.format(title=f"{status} {NGINX_TITLES.get(status) or phrase(status)}")
    headers = {"Server": "nginx", **({"Connection": "close"} if status == 413 else {})}
    # nginx ends lines of its pages with CR LF, for old browsers.
    return Response(status, None, headers, page.replace("\n", "\r\n"), "text/html")


def varnish() -> Response:
    """vcl_backend_error: the application took the request, but Varnish got no answer of it."""
    headers = {"Server": "Varnish", "Retry-After": "5", "X-Varnish": "2", "Age": "0", "Via": VIA}
    return Response(503, None, headers, VARNISH, "text/html; charset=utf-8")


def maintenance() -> Response:
    """`php artisan down`; with --retry=N it has a Retry-After as well."""
    headers = {"Cache-Control": "no-cache, private"}
    return Response(503, {"message": "Service Unavailable"}, headers)


def phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
