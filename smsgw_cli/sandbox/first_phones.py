"""The phones and SIMs of a new database."""

from typing import Any

FIRST_PHONES: tuple[tuple[dict[str, Any], tuple[dict[str, Any], ...]], ...] = (
    (
        {
            "name": "Front desk",
            "model": "Samsung Galaxy A54",
            "android_version": "14",
            "app_version": "3.40.82",
            "battery": 87,
            "is_charging": 1,
        },
        (
            {
                "name": "T-Mobile",
                "label": "Main line",
                "number": "+12025550141",
                "country": "US",
                "carrier": "T-Mobile US",
                "slot": 0,
                "data_roaming": 0,
                "signal_strength": 4,
            },
            {
                "name": "Verizon",
                "label": None,
                "number": "+12025550142",
                "country": "US",
                "carrier": "Verizon Wireless",
                "slot": 1,
                "data_roaming": 0,
                "signal_strength": 3,
            },
        ),
    ),
    (
        {
            "name": None,
            "model": "Google Pixel 7a",
            "android_version": "15",
            "app_version": "3.41.05",
            "battery": 46,
            "is_charging": 0,
        },
        (
            {
                "name": "AT&T",
                "label": "Marketing",
                "number": "+12025550143",
                "country": "US",
                "carrier": "AT&T Mobility",
                "slot": 0,
                "data_roaming": 1,
                "signal_strength": 4,
            },
        ),
    ),
)
