"""Letters sent side by side: threads that take the next one until none is left."""

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator

from smsgw_cli.errors import SmsgwError
from smsgw_cli.messages.mailing import NOT_SENT, Result
from smsgw_cli.messages.merge import MergedMessage
from smsgw_cli.messages.sender import Sender

GOODBYE = 5.0  # seconds that sends under way have once we are told to stop
LOOK_UP = 0.2  # seconds between looks at whether all is done

Send = Callable[[Sender, MergedMessage], Result]


class Crew:
    """Sends letters by `send`, which raises what leaves no hope for the others either.

    `senders` makes a sender for a thread of its own. `error` is what stopped all of them.
    """

    def __init__(
        self, senders: Callable[[], Sender], send: Send, letters: Iterable[MergedMessage]
    ) -> None:
        self._senders = senders
        self._send = send
        self._letters: queue.SimpleQueue[MergedMessage] = queue.SimpleQueue()
        self._news: queue.SimpleQueue[Result | SmsgwError] = queue.SimpleQueue()
        self._over = threading.Event()
        self.error: SmsgwError | None = None
        for letter in letters:
            self._letters.put(letter)

    def results(self, workers: int) -> Generator[Result | None, None, None]:
        """The results as they come, None now and then where none does; stopped by closing it."""
        threads = [
            threading.Thread(target=self._work, daemon=True, name="mailing")
            for _ in range(min(workers, self._letters.qsize()))
        ]
        for thread in threads:
            thread.start()
        try:
            while any(thread.is_alive() for thread in threads):
                yield self._next(LOOK_UP)
        finally:
            self._over.set()
            self._say_goodbye(threads)

    def late(self) -> Iterator[Result]:
        """The results that came after we had stopped."""
        while not self._news.empty():
            if (result := self._next(0.0)) is not None:
                yield result

    def untouched(self) -> list[MergedMessage]:
        """The letters that nobody took."""
        left = []
        while not self._letters.empty():
            left.append(self._letters.get())
        return left

    def _say_goodbye(self, threads: list[threading.Thread]) -> None:
        deadline = time.monotonic() + GOODBYE
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _next(self, wait: float) -> Result | None:
        """The next result, if one comes in time."""
        try:
            news = self._news.get(timeout=wait) if wait else self._news.get_nowait()
        except queue.Empty:
            return None
        if isinstance(news, Result):
            return news
        self.error = self.error or news
        return None

    def _work(self) -> None:
        """What a worker does: one letter after the other."""
        try:
            sender = self._senders()
            try:
                while not self._over.is_set():
                    self._news.put(self._sent(sender, self._letters.get_nowait()))
            finally:
                sender.close()
        except queue.Empty:
            return
        except SmsgwError as error:
            self._stop(error)
        except Exception as error:  # a thread must not end in silence
            self._stop(SmsgwError(f"a mistake in smsgw itself: {error!r}", hint="please report it"))

    def _sent(self, sender: Sender, letter: MergedMessage) -> Result:
        try:
            return self._send(sender, letter)
        except SmsgwError as error:
            self._news.put(Result(letter, NOT_SENT, reason=error.message))
            raise

    def _stop(self, error: SmsgwError) -> None:
        self._news.put(error)
        self._over.set()
