"""The three files of the page, and the policy that keeps a browser from running anything else.

The page shows texts that strangers wrote, so nothing but the two files of this folder may run or
style it, it may connect to its own origin alone, and no other page may frame it
(Content Security Policy Level 3, W3C). The other headers are those of the control address.
"""

from pathlib import Path

from smsgw_cli.sandbox.control import PREFIX
from smsgw_cli.sandbox.wire import Response

FOLDER = Path(__file__).parent
FILES = {
    "": ("page.html", "text/html; charset=utf-8"),
    "page.css": ("page.css", "text/css; charset=utf-8"),
    "page.js": ("page.js", "text/javascript; charset=utf-8"),
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def static_file(path: str) -> Response | None:
    """The file at a path such as `/__sandbox/page.css`, or None.

    `/__sandbox` itself leads to the page, whose addresses are relative to `/__sandbox/`.
    """
    if path == PREFIX:
        return Response(308, headers={"Location": f"{PREFIX}/"}, text="")
    name, media_type = FILES.get(path.removeprefix(f"{PREFIX}/"), ("", ""))
    if not name:
        return None
    text = (FOLDER / name).read_text(encoding="utf-8")
    policy = {"Content-Security-Policy": POLICY}
    return Response(headers=policy, text=text, media_type=media_type)
