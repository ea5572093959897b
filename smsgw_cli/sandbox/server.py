"""A gateway on a socket: in a thread of this process, or as the program itself."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from smsgw_cli.sandbox.app import App
from smsgw_cli.sandbox.control.states import State, States
from smsgw_cli.sandbox.faults import Fault
from smsgw_cli.sandbox.keys import CONTROL, FASTEST, SLOWEST
from smsgw_cli.sandbox.listening import Server, listener_on
from smsgw_cli.sandbox.live import Live
from smsgw_cli.sandbox.store import Store, system_clock

if TYPE_CHECKING:
    from smsgw_cli.sandbox.certificate import Certificate

CERTIFICATES = "smsgw_cli.sandbox.certificate"  # imported when one is wanted


@dataclass(frozen=True)
class Settings:
    """Settings of a gateway.

    `db` is its SQLite file, created if missing; `port` 0 is any free one; `token` defaults to the
    one stored in the file. `speed` divides all durations of the phones, `latency` is added to each
    response (seconds), `rate_limit` is requests per minute, 0 without a limit; `fail_rate`,
    `auto_retry`, `sent_at` and `lenient` are as in keys.py; `control` says who may use the control
    address. `tls` serves HTTPS, with a certificate that is made in a folder beside the file. What
    is None is as the file has it, or else its default, which is `default_speed` for the speed.
    `clock` returns an aware time in UTC. Raises ValueError if the speed is out of range.
    """

    db: Path
    host: str = "127.0.0.1"
    port: int = 0
    token: str | None = None
    speed: float | None = None
    latency: float | None = None
    rate_limit: int | None = None
    faults: tuple[Fault | str, ...] | None = None
    fault_seed: int | None = None
    fail_rate: float | None = None
    auto_retry: int | None = None
    sent_at: str | None = None
    control: str = CONTROL.default
    lenient: tuple[str, ...] | None = None
    tls: bool = False
    default_speed: float = 1.0
    clock: Callable[[], datetime] = system_clock

    def __post_init__(self) -> None:
        if self.speed is not None and not SLOWEST <= self.speed <= FASTEST:
            raise ValueError(f"speed must be between {SLOWEST} and {FASTEST:,.0f}")

    @property
    def keys(self) -> dict[str, Any]:
        """The values that are given, by key."""
        values = {
            "speed": self.speed,
            "latency": self.latency,
            "rate": self.rate_limit,
            "fault": self.faults,
            "fault_seed": self.fault_seed,
            "fail_rate": self.fail_rate,
            "auto_retry": self.auto_retry,
            "sent_at": self.sent_at,
            "lenient": self.lenient,
        }
        return {name: value for name, value in values.items() if value is not None}


class Gateway:
    """A gateway that runs in a thread: `with Gateway(Settings(db=path)) as gateway: …`.

    `url` is the server's address (the API is under /api/v1), `requests` the method, path and
    status of its last responses; `faults` can be changed while it runs. Starting raises
    OSError if the port is in use, or if the certificate for `tls` cannot be made; `certificate` is
    None without `tls`.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.db)
        self.token = settings.token or self.store.token()
        main = self._state(self.store)
        self.faults = main.live.faults
        self._states = States(main, self.token, lambda path: self._state(Store(path)))
        self._app = App(self._states, settings.control, settings.host)
        self.url = ""
        self.certificate: Certificate | None = None
        self._thread: threading.Thread | None = None
        self._failure: OSError | None = None
        self._server: Server | None = None

    @property
    def requests(self) -> list[tuple[str, str, int]]:
        return self._states.main.log.short()

    def _state(self, store: Store) -> State:
        defaults = {"speed": self.settings.default_speed}
        return State(store, Live(store, self.settings.keys, defaults), self.settings.clock)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start; returns when clients can connect."""
        listening = threading.Event()
        try:
            self._server = self.bind(listening.set)
        except OSError:
            self.close()
            raise
        self._thread = threading.Thread(
            target=self._listen, args=(self._server, listening), name="gateway", daemon=True
        )
        self._thread.start()
        listening.wait()
        if self._failure:
            raise self._failure

    def _listen(self, server: Server, listening: threading.Event) -> None:
        try:
            server.listen()
        except OSError as error:
            self._failure = error
        finally:
            listening.set()  # also if it failed to start

    def bind(self, ready: Callable[[], None]) -> Server:
        """A server bound to its socket, not serving yet."""
        settings = self.settings
        if settings.tls:
            folder = settings.db.with_name(f"{settings.db.name}-tls")
            self.certificate = import_module(CERTIFICATES).certificate_in(folder, settings.host)
        listener = listener_on(settings.host, settings.port)
        host, port = listener.getsockname()[:2]
        scheme = "https" if settings.tls else "http"
        self.url = f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
        return Server(self._app, listener, ready, self.certificate)

    def stop(self) -> None:
        """Stop, ending running requests; may be called repeatedly."""
        if self._server and self._thread:
            self._server.stop()
            self._thread.join()
        self._server = self._thread = None
        self.close()

    def close(self) -> None:
        """Close the files, and delete those of further tokens."""
        self._states.close()


def serve(settings: Settings, ready: Callable[[Gateway], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; calls `ready` with the gateway once it listens.

    Raises OSError as starting a gateway does.
    """
    gateway = Gateway(settings)
    with closing(gateway):
        server = gateway.bind(lambda: ready(gateway))
        with _signals(server.stop):
            server.listen()


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Within the block, Ctrl-C and SIGTERM call `stop`."""
    wanted = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: stop()) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
