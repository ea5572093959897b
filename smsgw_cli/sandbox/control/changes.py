"""Lets requests wait for a change of a state, without asking for it again and again."""

import asyncio
from typing import Any


class Changes:
    """Wakes all who wait. To be used in the thread of the event loop."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def tell(self) -> None:
        """Something has changed."""
        for each in self._waiting:
            if not each.done():
                each.set_result(None)

    async def wait(self, seconds: float, *others: asyncio.Future[Any]) -> None:
        """Return after the next change, when one of `others` is done, or after `seconds`."""
        change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(change)
        try:
            await asyncio.wait((change, *others), timeout=seconds, return_when="FIRST_COMPLETED")
        finally:
            self._waiting.discard(change)
