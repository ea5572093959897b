"""Preview of a send: parts, shares of the senders, duration, cost."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from smsgw_cli.config.setting_checks import Price
from smsgw_cli.messages import recipient_zones
from smsgw_cli.messages.audience import Audience
from smsgw_cli.messages.content import WITHOUT_PARTS
from smsgw_cli.messages.preview_texts import Texts
from smsgw_cli.messages.preview_waves import PlannedWaves
from smsgw_cli.messages.send_time import SendTime, by_delay, by_limit, safe_delay
from smsgw_cli.messages.when import When
from smsgw_cli.model import SMS, Record

SENDERS = {"sims": "sim", "sender_ids": "sender_id"}


@dataclass(frozen=True)
class Preview:
    """A send at `now`: its `body` without text and recipients, its audience, and its texts.

    `phones` has the device of each SIM of the body, where it is known, `waves` how it is split.
    """

    body: Record
    audience: Audience
    texts: Texts
    now: datetime
    price: Price | None = None
    phones: Mapping[int, int] = field(default_factory=dict)
    waves: PlannedWaves | None = None

    @property
    def when(self) -> When:
        return When(self.body, self.now)

    @cached_property
    def elsewhere(self) -> list[Record]:
        """See `recipient_zones.elsewhere`."""
        return recipient_zones.elsewhere(self.audience.e164, self.when)

    @property
    def has_parts(self) -> bool:
        return self.texts.has_parts

    @property
    def total_parts(self) -> int:
        return self.texts.total_parts

    @property
    def encoding(self) -> str | None:
        """The encoding of the texts; `mixed` for both, None if it does not apply."""
        names = list(self.texts.encodings)
        return names[0] if len(names) == 1 else "mixed" if names else None

    @property
    def shares(self) -> list[Record]:
        """The share of each sender if they take turns; empty if the server chooses the senders."""
        senders = [
            {kind: identity}
            for key, kind in SENDERS.items()
            for identity in dict.fromkeys(self.body.get(key, ()))
        ]
        recipients: Counter[int] = Counter()
        units: Counter[int] = Counter()
        for (to, each), texts in self.texts.sizes.items():
            for index, count in enumerate(shared_out(to, len(senders))):
                recipients[index] += count * texts
                units[index] += count * texts * each
        return [
            {**sender, "recipients": recipients[index], "parts": units[index]}
            for index, sender in enumerate(senders)
        ]

    @cached_property
    def time(self) -> SendTime:
        """How long it takes: for a single SIM if the server chooses the senders."""
        shares = self.shares
        delay: int | None = self.body.get("delay")
        delayed = by_delay(delay, shares, len(self.audience))
        if not self.has_parts:
            return SendTime(delay, delayed)
        return SendTime(
            delay,
            delayed,
            by_limit(shares, self.phones, self.total_parts),
            safe_delay(shares, self.phones, self.texts.most_parts),
        )

    @property
    def cost(self) -> float | None:
        """The price of all parts; None without a price."""
        return self.cost_of(self.total_parts)

    def cost_of(self, count: int) -> float | None:
        """The price of a number of parts; None without a price."""
        if self.price is None:
            return None
        return float(Decimal(str(self.price.amount)) * count)

    @property
    def is_mailing(self) -> bool:
        """Whether it has one message per row."""
        return any(each.to for each in self.texts.first)

    def as_record(self) -> Record:
        """The preview as a JSON object."""
        out = self.audience.excluded_by
        return {
            "when": self.when.as_record(),
            "other_zones": self.elsewhere,
            "recipients": len(self.audience),
            "doubles": self.audience.duplicates,
            "invalid": self.audience.invalid_count,
            "invalid_numbers": self.audience.invalid,
            "suppressed": len(out.get("suppressed", ())),
            "excluded": len(out.get("excluded", ())),
            "unsubscribed": len(out.get("unsubscribed", ())),
            "skipped_landlines": len(out.get("landlines", ())),
            "lists": [asdict(share) for share in self.audience.lists],
            "kinds": self.audience.kinds.as_record(),
            "type": self.body.get("type", SMS),
            "messages": self.texts.count,
            "encoding": self.encoding,
            "forces_ucs2": [each.as_record() for each in self.texts.non_gsm.values()],
            "parts": self.texts.most_parts,
            "total_parts": self.total_parts,
            "senders": self.shares,
            "seconds": self.time.seconds,
            "price_per_part": self.price and self.price.amount,
            "cost": self.cost,
            "currency": self.price and self.price.currency,
            **(self.waves.as_record() if self.waves else {}),
        }


def build(
    body: Record,
    audience: Audience,
    texts: Iterable[tuple[str, int, str]],
    price: Price | None,
    now: datetime,
    phones: Mapping[int, int],
) -> Preview:
    """The preview of texts with the number of their recipients and, of a mailing, the first one.

    `price` is per part, `phones` as in Preview.
    """
    found = Texts(body.get("type") not in WITHOUT_PARTS)
    for each in texts:
        found.add(*each)
    return Preview(body, audience, found, now, price, phones)


def shared_out(recipients: int, senders: int) -> list[int]:
    """Number of recipients of each sender if they take turns."""
    return [recipients // senders + (index < recipients % senders) for index in range(senders)]
