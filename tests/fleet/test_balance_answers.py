"""What real networks answer is read: texts that their customers published, and made-up ones."""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.config.balance_rules import BalanceRule
from smsgw_cli.fleet.balances import Balance, BalanceReader
from smsgw_cli.fleet.expiry import expiry
from smsgw_cli.fleet.money import money
from smsgw_cli.fleet.sims import FleetSim

ANSWERS = json.loads((Path(__file__).parent.parent / "data" / "balance_answers.json").read_text())
READ_ON = date(2026, 11, 28)


@pytest.mark.parametrize(
    "answer", ANSWERS, ids=[f"{each['country']} {each['operator']}" for each in ANSWERS]
)
def test_the_answer_of_a_network_is_read(answer: Mapping[str, Any]) -> None:
    rule = BalanceRule("*100#", re.compile(answer["pattern"]))
    sim = FleetSim(1, country=answer["country"])
    read_on = date.fromisoformat(answer["read_on"])
    found = BalanceReader([rule]).balance(answer["text"], sim, "*100#", read_on)
    if answer["amount"] is None:
        assert found is None
        return
    expires = answer.get("expires_on")
    assert found == Balance(
        Decimal(answer["amount"]),
        answer["currency"],
        date.fromisoformat(expires) if expires else None,
        answer.get("unread"),
    )
    assert str(found.amount) == answer["amount"]


@pytest.mark.parametrize(
    ("text", "country", "amount", "currency"),
    [
        ("€ 12,34", "DE", "12.34", "€"),
        ("12,34€", "FR", "12.34", "€"),
        ("1.234,56", "DE", "1234.56", None),
        ("1 234,56 Ft", "HU", "1234.56", "Ft"),
        ("1\u202f234,56 €", "FR", "1234.56", "€"),
        ("12\u00a0345,67 ₽", "RU", "12345.67", "₽"),
        ("1'234.50", "CH", "1234.50", None),
        ("Rs.1,234.50", "IN", "1234.50", "Rs"),
        ("Rs.50", "IN", "50", "Rs"),
        ("Rs.15.238", "IN", "15.238", "Rs"),
        ("₹1,23,456.78", "IN", "123456.78", "₹"),
        ("KES 1,200", None, "1200", "KES"),
        ("KSh 1,200", "KE", "1200", "KSh"),
        ("Rp 52.500", "ID", "52500", "Rp"),
        ("$1.500", "CO", "1500", "$"),
        ("1.234 KWD", None, "1.234", "KWD"),
        ("١٢٫٣٤٥ د.ك", "KW", "12.345", "د.ك"),
        ("١٬٢٣٤٫٥٠", "EG", "1234.50", None),
        ("۴۳٬۲۴۰", "IR", "43240", None),
        ("৳১২.৩৪", "BD", "12.34", "৳"),
        ("$.50", "US", "0.50", "$"),
        ("-$5.00", "US", "-5.00", "$"),
        ("\u22125,00", "DE", "-5.00", None),
        ("5,00-", "DE", "-5.00", None),
        ("\u200e12.34\u200f", "AE", "12.34", None),
        ("R$ 12,34.", "BR", "12.34", "R$"),
        ("0.1234 USD", "US", "0.1234", "USD"),
    ],
)
def test_an_amount_is_read_in_its_notation(
    text: str, country: str | None, amount: str, currency: str | None
) -> None:
    found = money(text, None, country)
    assert (str(found.amount), found.currency) == (amount, currency)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        *(("1,234", None), ("Rs 1.234", None), ("1.234 EUR", None), ("1,234", "DE")),
        *(("1.234", "RU"), ("12€34", "FR"), ("5.00 of 10.00", "US"), ("none", "US")),
        *(("", "US"), ("1.2.3", "US"), ("1,23,4", "IN"), ("12 34", "US"), ("½", "US")),
    ],
)
def test_what_may_be_another_amount_is_none(text: str, country: str | None) -> None:
    with pytest.raises(ValueError, match=r"amount|fraction"):
        money(text, None, country)


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from([",.", ".,", " ,"]))
def test_every_amount_with_cents_is_read_wherever_it_is_from(amount: Decimal, signs: str) -> None:
    written = f"{amount:,.2f}".translate(str.maketrans(",.", signs))
    for country in ("US", "DE", "RU", "CA", "KW", None):
        assert money(f"{written} X", None, country).amount == amount


@given(st.text(max_size=40), st.sampled_from(["US", "DE", "TH", "HU", None]))
def test_any_text_is_an_amount_and_a_date_or_none(text: str, country: str | None) -> None:
    for read in (lambda: money(text, None, country), lambda: expiry(text, country, READ_ON)):
        try:
            read()
        except ValueError:
            continue


@pytest.mark.parametrize(
    ("text", "country", "day"),
    [
        ("31/12/26", "DE", "2026-12-31"),
        ("12/31/26", "US", "2026-12-31"),
        ("02/03/27", "FR", "2027-03-02"),
        ("02/03/27", "US", "2027-02-03"),
        ("26.12.31", "HU", "2026-12-31"),
        ("31 Dec", "US", "2026-12-31"),
        ("Jan 31", "US", "2027-01-31"),
        ("31-Dec-26", "IN", "2026-12-31"),
        ("31st December 2026", "NG", "2026-12-31"),
        ("31DEC26", "IN", "2026-12-31"),
        ("20261231", "TZ", "2026-12-31"),
        ("31122026", "CA", "2026-12-31"),
        ("2026/12/31 23:59:59", "TZ", "2026-12-31"),
        ("00:01am, 31/12/2026", "KE", "2026-12-31"),
        ("31/12/2026 11:59 PM", "GH", "2026-12-31"),
        ("٣١/١٢/٢٠٢٦", "EG", "2026-12-31"),
        ("31/12/2569", "TH", "2026-12-31"),
        ("31/12/69", "TH", "2026-12-31"),
        ("31/12/26", "TH", "2026-12-31"),
    ],
)
def test_a_day_is_read_in_its_notation(text: str, country: str, day: str) -> None:
    assert expiry(text, country, READ_ON).isoformat() == day


@pytest.mark.parametrize(
    ("text", "country"),
    [
        *(("02/03/27", "KE"), ("02/03/27", None), ("02/03/2027", None), ("26/12/31", None)),
        *(("31.12.2126", "DE"), ("31.12.2019", "DE"), ("soon", "US"), ("5", "US"), ("", "US")),
        *(("31/12", "DE"), ("9378/10/12", "IR"), ("31.02.2027", "DE"), ("1405/10/10", "IR")),
    ],
)
def test_what_may_be_another_day_is_none(text: str, country: str | None) -> None:
    with pytest.raises(ValueError, match="expiry"):
        expiry(text, country, READ_ON)
