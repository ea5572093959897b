"""How phones behave, as set by keys of the gateway: what a campaign's run is planned with."""

import json
from dataclasses import asdict, dataclass
from zlib import crc32

PARTS_OF_CHANCE = 1_000_000


@dataclass(frozen=True)
class Behaviour:
    """The keys that count for what is sent from then on; a campaign keeps those of its run.

    `fail_rate` is a share (0 to 1), `auto_retry` how often a failed message is tried again,
    `sent_early` whether `sent_at` is set before a message left, `seed` that of chance.
    """

    speed: float = 1.0
    fail_rate: float = 0.0
    auto_retry: int = 0
    sent_early: bool = False
    seed: int = 0

    def scale(self, duration: int) -> int:
        """A duration of real phones, in milliseconds, divided by the speed."""
        return scaled(duration, self.speed)

    def strikes(self, *what: object) -> bool:
        """Whether `what` fails by chance; the same answer every time."""
        if not self.fail_rate:
            return False
        return hashed(self.seed, *what) % PARTS_OF_CHANCE < self.fail_rate * PARTS_OF_CHANCE

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def scaled(duration: int, speed: float) -> int:
    """A duration of real phones at this speed, at least 1 ms."""
    return max(1, round(duration / speed))


def behaviour_of(text: str | None) -> Behaviour:
    """From the JSON of a campaign; campaigns of 0.1.0 have none."""
    return Behaviour(**json.loads(text)) if text else Behaviour()


def hashed(*what: object) -> int:
    """A number from 0 to 2**32 - 1 that looks random but depends on `what` alone."""
    return crc32(":".join([str(each) for each in what]).encode())
