"""What a check found, from its JSON."""

from typing import Any

from tests.conftest import Run

Found = dict[str, Any]


def found(run: Run, line: str, code: int = 0) -> list[Found]:
    """The results of `check LINE`, which ends with this code."""
    results: list[Found] = run(f"check {line} -o json", code=code).json["results"]
    return results


def of(results: list[Found], metric: str | None, identity: int | None = None) -> Found:
    """The result of a metric (None for a finding) of a subject."""
    (result,) = [each for each in results if (each["metric"], each["id"]) == (metric, identity)]
    return result


def findings(results: list[Found]) -> list[tuple[str, str]]:
    """Status and text of what needs no range."""
    return [(each["status"], each["text"]) for each in results if each["metric"] is None]
