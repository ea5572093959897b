"""Modules that are imported when they are used, in a process of its own."""

import subprocess
import sys
from textwrap import dedent

import pytest

INSTALLED = "import sys; from smsgw_cli.cli import postponed; postponed.install()\n"


def run(code: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", INSTALLED + dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return ended.stdout


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("import hashlib; print(hashlib.sha256(b'').hexdigest()[:8])", "e3b0c442"),
        ("from email.message import Message; print(Message.__name__)", "Message"),
        ("import email.message as m; print(m.Message()['To'])", "None"),
        ("import idna; print(idna.encode('m\u00fcnchen.de').decode())", "xn--mnchen-3ya.de"),
        ("import certifi; print(certifi.where()[-4:])", ".pem"),
        ("import idna, idna.core; print(idna.core.IDNAError is idna.IDNAError)", "True"),
        ("import idna, idna.codec; print(idna.codec.__spec__.loader is not None)", "True"),
        ("from urllib import request; print(request.Request('http://a/').host)", "a"),
    ],
)
def test_a_postponed_module_is_there_when_it_is_used(code: str, printed: str) -> None:
    assert run(code) == f"{printed}\n"


def test_what_a_library_took_from_a_postponed_module_calls_the_real_one() -> None:
    printed = run(
        """
        import httpx
        assert "_hashlib" not in sys.modules
        digest = httpx.DigestAuth._ALGORITHM_TO_HASH_FUNCTION["MD5"]
        print(digest(b"").hexdigest()[:8])
        """
    )
    assert printed == "d41d8cd9\n"


def test_a_module_that_is_not_installed_stays_missing() -> None:
    printed = run(
        """
        from importlib.util import find_spec
        sys.path = [each for each in sys.path if "site-packages" not in each]
        print(find_spec("socksio"))
        """
    )
    assert printed == "None\n"


def test_threads_that_use_a_module_at_once_all_get_it() -> None:
    printed = run(
        """
        import hashlib
        from threading import Barrier, Thread
        barrier, digests = Barrier(8), []
        def use():
            barrier.wait()
            digests.append(hashlib.sha256(b"").hexdigest())
        threads = [Thread(target=use) for _ in range(8)]
        for each in threads: each.start()
        for each in threads: each.join()
        print(len(digests), len(set(digests)))
        """
    )
    assert printed == "8 1\n"


def test_a_submodule_of_a_postponed_package_is_loaded_once() -> None:
    printed = run(
        """
        import importlib, idna
        before = "idna.core" in sys.modules
        import idna.core
        from idna.core import encode
        print(before, idna.core is sys.modules["idna.core"], encode is idna.encode)
        print(type(idna.core.__loader__).__name__, importlib.reload(idna.core) is idna.core)
        """
    )
    assert printed == "False True True\nSourceFileLoader True\n"
