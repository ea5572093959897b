"""Prints export rates with one and with eight workers, and peak memory.

1,000 pages of 100 contacts, each page after 50 ms, and 1,000,000 contacts at once; times include
start-up, memory is the peak of resident memory of the process `smsgw`. Usage:
python -m tests.benchmarks.export_rate
"""

import tempfile
from pathlib import Path

from tests.benchmarks.measured import measured
from tests.benchmarks.pageserver import PER_PAGE, pages

PAGES = 1_000
SECONDS_A_PAGE = 0.05
MANY = 1_000_000
LEAST_RATIO = 7.0
MOST_MEBIBYTES = 64

CONTACT = (
    '{"id":%d,"mobile_number":"+12025550123","first_name":"Zoë","company":"Benton, John B Jr",'
    '"city":"New Orleans","zip":"07116","email":"zoe@example.com","subscribed":true,'
    '"created_at":"2025-09-07T08:20:33.000000Z","updated_at":"2025-09-07T08:20:39.000000Z"}'
)


def export(file: Path, server: dict[str, str], *options: str) -> tuple[float, float]:
    """Duration in seconds and peak memory in MiB of an export."""
    found = measured(["contacts", "export", "1", "--to", str(file), "-qy", *options], server)
    assert found.code == 0
    return found.seconds, found.mebibytes


def rate(file: Path, server: dict[str, str], workers: int) -> float:
    seconds, _ = export(file, server, f"--workers={workers}")
    rows = PAGES * PER_PAGE
    print(f"{workers} workers: {rows:,} rows in {seconds:.2f} s, {rows / seconds:,.0f} a second")
    return rows / seconds


def speed(folder: Path) -> None:
    with pages(PAGES * PER_PAGE, CONTACT, SECONDS_A_PAGE) as server:
        ratio = 1 / rate(folder / "one.csv", server, 1) * rate(folder / "eight.csv", server, 8)
    assert (folder / "one.csv").read_bytes() == (folder / "eight.csv").read_bytes()
    print(f"ratio: {ratio:.2f}{'' if ratio >= LEAST_RATIO else ': TOO SMALL'}")


def memory(folder: Path) -> None:
    with pages(MANY, CONTACT) as server:
        for name in ("many.csv", "many.ndjson"):
            seconds, peak = export(folder / name, server)
            with (folder / name).open("rb") as file:
                assert sum(1 for _ in file) == MANY + name.endswith("csv")
            print(
                f"{name}: {MANY:,} rows in {seconds:.1f} s, {MANY / seconds:,.0f} a second, "
                f"at most {peak:.1f} MiB{'' if peak < MOST_MEBIBYTES else ': TOO MUCH'}"
            )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        speed(Path(folder))
        memory(Path(folder))


if __name__ == "__main__":
    main()
