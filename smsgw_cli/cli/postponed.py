"""Postpones modules that libraries import at once and use later, or never."""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from threading import Lock
from types import ModuleType
from typing import Any

# Modules, and who takes names from them while being imported: those become classes that load the
# module when called. They are for TLS, cookies, digest authentication, asynchronous requests,
# SOCKS, host names that are not ASCII, numbers within texts, source code, translated messages, the
# completion and the tracebacks of Typer.
POSTPONED: dict[str, tuple[str, ...]] = {
    "ast": ("inspect",),
    "base64": ("httpx._auth",),
    "certifi": (),
    "difflib": ("typer.core",),
    "email.message": (),
    "gettext": ("typer.core",),
    "hashlib": ("httpx._auth",),
    "http.cookiejar": ("httpx._models", "httpx._types"),
    "httpcore._async": ("httpcore",),
    "idna": (),
    "ipaddress": (),
    "mimetypes": (),
    "phonenumbers.asyoutypeformatter": ("phonenumbers",),
    "phonenumbers.phonenumbermatcher": ("phonenumbers",),
    "platform": (),
    "secrets": (),
    "shutil": ("typer",),
    "socksio": (),
    "ssl": ("httpcore._ssl",),
    "subprocess": (),
    "tempfile": ("platformdirs.unix",),
    "tokenize": (),
    "traceback": ("typer.main",),
    "typer.completion": ("typer.main",),
    "urllib.request": ("httpx._auth", "httpx._models", "httpx._utils"),
    "uuid": ("typer.main",),
}

_LOCK = Lock()
IMPORTING = "_find_and_load_unlocked"  # of importlib, asks a package for the path of submodules


def install() -> None:
    """Postpone these modules in this process, except those that are loaded already."""
    sys.meta_path.insert(0, _Finder())


class _Finder:
    """Finds a postponed module where there is a real one."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in sys.modules and target is None:  # loaded with its package, for this import
            real = sys.modules[name].__spec__
            return ModuleSpec(name, self, loader_state=real)  # type: ignore[arg-type]
        if name not in POSTPONED or PathFinder.find_spec(name, path) is None:
            return None
        return ModuleSpec(name, self)  # type: ignore[arg-type]  # finder and loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return sys.modules.get(spec.name) or _Postponed(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: it is loaded on first use, or it was with its package."""
        if module.__spec__ and module.__spec__.loader_state:
            module.__spec__ = module.__spec__.loader_state


class _Postponed(ModuleType):
    """A module that is loaded when something of it is used."""

    def __getattr__(self, name: str) -> Any:
        frame = sys._getframe(1)
        if name == "__path__" and frame.f_code.co_name == IMPORTING:
            return _loaded(self).__path__
        if name.startswith("__"):
            raise AttributeError(name)
        user = frame.f_globals.get("__name__")
        if user in POSTPONED.get(self.__name__, ()):
            return _stand_in(self, name)
        return getattr(_loaded(self), name)


def _loaded(module: ModuleType) -> ModuleType:
    """The real module, whose names `module` gets too. Threads wait for the one that loads it."""
    name = module.__name__
    with _LOCK:
        POSTPONED.pop(name, None)
        if sys.modules.get(name) is module:
            del sys.modules[name]
    real = import_module(name)
    vars(module).update(vars(real))
    return real


def _stand_in(module: ModuleType, name: str) -> type:
    """A class in place of a function or class; calling it calls the real one.

    It may be the base of a class that is never instantiated.
    """

    def call(_: type, *args: Any, **kwargs: Any) -> Any:
        return getattr(_loaded(module), name)(*args, **kwargs)

    return type(name, (), {"__new__": call})
