"""Who is not subscribed on the contact lists of the setting respect_lists."""

import re
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from functools import cached_property
from threading import Lock

from smsgw_cli.api.reader import Reader
from smsgw_cli.model import MOBILE_NUMBER, is_subscribed
from smsgw_cli.sms.number_map import NumberMap
from smsgw_cli.sms.numbers import as_written, regions_of
from smsgw_cli.sms.same_phone import phone_of

FRESH = 10.0  # seconds in which the campaigns of a mailing share one reading, or as long as it took
SHORTEST = 7  # digits of a number without country; fewer could be anybody's


class UnsubscribedNumbers:
    """Numbers by phone; one whose country is not known means any that ends with its digits."""

    def __init__(self, region: str | None) -> None:
        self._region = region
        self._phones = NumberMap()
        self._endings: set[str] = set()
        self._prefixes: set[str] = set()

    def add(self, text: str) -> None:
        """Add a number as the server has it."""
        number = as_written(text, self._region)
        if number:
            self._phones.add(phone_of(number))
            self._prefixes.add(number[1:4])
        elif len(digits := re.sub(r"\D", "", text).lstrip("0")) >= SHORTEST:
            self._endings.add(digits)

    @cached_property
    def regions(self) -> Collection[str]:
        """The countries of the numbers."""
        return regions_of(self._prefixes)

    def has(self, number: str) -> bool:
        """Whether a number in E.164 is one of them, in any spelling of its phone."""
        if self._phones.get(phone_of(number)) is not None:
            return True
        ends = (number[start:] for start in range(1, len(number) - SHORTEST + 1))
        return bool(self._endings) and any(each in self._endings for each in ends)


class RespectedLists:
    """The lists; `ids` looks up their ids, which is done once."""

    def __init__(
        self, api: Callable[[], Reader], ids: Callable[[], Sequence[int]], region: str | None
    ) -> None:
        self._api = api
        self._look_up = ids
        self._region = region
        self._lock = Lock()
        self._recent: UnsubscribedNumbers | None = None
        self._until = 0.0

    def read(self) -> UnsubscribedNumbers:
        """Who is not subscribed now. Raises what listing contacts raises."""
        return self._read(self._api())

    def recent(self, api: Reader) -> UnsubscribedNumbers:
        """The same, for a campaign that goes out now, in any thread."""
        with self._lock:
            started = time.monotonic()
            if self._recent is None or started > self._until:
                self._recent = self._read(api)
                ended = time.monotonic()
                self._until = ended + max(FRESH, ended - started)
            return self._recent

    def _read(self, api: Reader) -> UnsubscribedNumbers:
        found = UnsubscribedNumbers(self._region)
        for identity in self._ids:
            with closing(api.pages(f"contact-lists/{identity}/contacts")) as contacts:
                for contact in contacts:
                    if not is_subscribed(contact):
                        found.add(str(contact.get(MOBILE_NUMBER) or ""))
        return found

    @cached_property
    def _ids(self) -> Sequence[int]:
        return self._look_up()
