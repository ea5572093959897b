"""Starts real proxies, each with the least configuration, as processes in the foreground.

Every function yields the address of its program, which is stopped after the block.
"""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    {http}
    server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass {gateway}; {location} }} }}
}}
"""

HAPROXY = """
global
    log stdout format raw local0
defaults
    mode http
    log global
    option httplog
    timeout connect 10s
    timeout client 60s
    timeout server 60s
listen gateway
    bind 127.0.0.1:{port}
    {rules}
    server sandbox {gateway}
"""

VARNISH = """
vcl 4.1;
backend sandbox {{ .host = "{host}"; .port = "{port}"; }}
{vcl}
"""

# It gives up the rights of root for an account that may not write to the test's folder, so it
# writes nowhere. Without `shutdown_lifetime` it would stay for 30 s.
SQUID = """
http_port 127.0.0.1:{port}
http_access allow localhost
access_log none
cache_log /dev/null
cache_store_log none
pid_filename none
coredump_dir none
pinger_enable off
shutdown_lifetime 0 seconds
"""

TINYPROXY = """
Listen 127.0.0.1
Port {port}
Allow 127.0.0.1
Timeout 60
"""


def nginx(
    folder: Path, gateway: str, location: str = "", http: str = ""
) -> AbstractContextManager[str]:
    """nginx before the gateway, with directives of `location` and of the `http` block."""
    port = _free_port()
    text = NGINX.format(folder=folder, gateway=gateway, port=port, location=location, http=http)
    conf = _written(folder / "nginx.conf", text)
    return _running(["nginx", "-p", str(folder), "-c", conf], folder, port)


def limited_nginx(
    folder: Path, gateway: str, per_second: int, status: int
) -> AbstractContextManager[str]:
    """nginx that refuses with this status what exceeds a rate; 503 is what it has built in."""
    zone = f"limit_req_zone $binary_remote_addr zone=clients:1m rate={per_second}r/s;"
    stated = "" if status == 503 else f"limit_req_status {status};"
    location = f"limit_req zone=clients burst=5 nodelay; {stated}"
    return nginx(folder, gateway, location, zone)


def haproxy(folder: Path, gateway: str, *rules: str) -> AbstractContextManager[str]:
    """HAProxy before the gateway."""
    port = _free_port()
    text = HAPROXY.format(
        port=port, gateway=urlsplit(gateway).netloc, rules="\n    ".join(rules) or "# no rules"
    )
    conf = _written(folder / "haproxy.cfg", text)
    return _running(["haproxy", "-db", "-f", conf], folder, port)


def limited_haproxy(folder: Path, gateway: str, per_second: int) -> AbstractContextManager[str]:
    """HAProxy that allows this rate on average over ten seconds; refused requests count too."""
    return haproxy(
        folder,
        gateway,
        "stick-table type ip size 1k expire 60s store http_req_rate(10s)",
        "http-request track-sc0 src",
        f"http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt {per_second * 10} }}",
    )


def varnish(folder: Path, gateway: str, vcl: str = "") -> AbstractContextManager[str]:
    """Varnish before the gateway, with the subroutines in `vcl` before those built in."""
    port, address = _free_port(), urlsplit(gateway)
    text = VARNISH.format(host=address.hostname, port=address.port, vcl=vcl)
    conf = _written(folder / "default.vcl", text)
    listening = ["-a", f"127.0.0.1:{port}", "-f", conf, "-n", str(folder / "varnish")]
    # The sandbox closes idle connections after 5 s, which are Varnish's Retry-After too: a request
    # that crosses the end would be another 503, now and then.
    settings = ["-s", "malloc,8m", "-l", "2m", "-p", "backend_idle_timeout=1"]
    return _running(["varnishd", "-F", "-j", "none", *listening, *settings], folder, port)


def squid(folder: Path) -> AbstractContextManager[str]:
    """squid as a forward proxy."""
    port = _free_port()
    conf = _written(folder / "squid.conf", SQUID.format(port=port))
    return _running(["squid", "-N", "-f", conf], folder, port)


def tinyproxy(folder: Path) -> AbstractContextManager[str]:
    """tinyproxy as a forward proxy."""
    port = _free_port()
    conf = _written(folder / "tinyproxy.conf", TINYPROXY.format(port=port))
    return _running(["tinyproxy", "-d", "-c", conf], folder, port)


def _written(path: Path, text: str) -> str:
    path.write_text(text)
    return str(path)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[str]:
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    log = folder / "output.log"
    with (
        log.open("w") as output,
        subprocess.Popen(command, stdout=output, stderr=output) as program,
    ):
        try:
            _wait_until_it_listens(program, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            program.terminate()


def _wait_until_it_listens(program: subprocess.Popen[bytes], port: int, log: Path) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            if _has_ended(program):
                raise RuntimeError(log.read_text()) from None


def _has_ended(program: subprocess.Popen[bytes]) -> bool:
    """Whether it ended in this moment: a program that cannot start is not waited for."""
    try:
        program.wait(0.02)
    except subprocess.TimeoutExpired:
        return False
    return True
