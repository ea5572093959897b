"""Programs that nobody here wrote, to read what `check` prints: Debian's Monitoring::Plugin, the
library of the guidelines' authors, and Prometheus' promtool."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from typing import Any

import pytest

PERFDATA = r"""
use Monitoring::Plugin::Performance; use JSON::PP;
local $/; my $first = (split /\n/, <STDIN>)[0]; my (undef, $data) = split /\|/, $first, 2;
my @found = map { my $each = $_; my %fields =
    map { $_ => $each->$_ } qw(label value uom warning critical min); \%fields }
    Monitoring::Plugin::Performance->parse_perfstring($data // "");
print encode_json(\@found);
"""
RANGES = r"""
use Monitoring::Plugin::Range; $SIG{__WARN__} = sub {};
while (<STDIN>) {
    chomp; my ($text, $value) = split /\t/;
    my $range = Monitoring::Plugin::Range->parse_range_string($text);
    print defined $range ? $range->check_range($value) : "invalid", "\n";
}
"""


def _has_perl() -> bool:
    tried = ["perl", "-MMonitoring::Plugin", "-MJSON::PP", "-e", "1"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


needs_perl = pytest.mark.skipif(not _has_perl(), reason="needs libmonitoring-plugin-perl")
needs_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="needs promtool")


def perfdata(output: str) -> list[dict[str, Any]]:
    """The performance data of a plug-in's output."""
    found: list[dict[str, Any]] = json.loads(_answer(["perl", "-e", PERFDATA], output))
    return found


def alerts(cases: Iterable[tuple[str, object]]) -> list[str]:
    """For each range and value `1` if it alerts, `0` if not, `invalid` for no range."""
    lines = "".join(f"{text}\t{value}\n" for text, value in cases)
    return _answer(["perl", "-e", RANGES], lines).splitlines()


def lint(metrics: str) -> None:
    """Fail if promtool has any objection to these metrics."""
    assert _answer(["promtool", "check", "metrics"], metrics) == ""


def _answer(program: list[str], text: str) -> str:
    ended = subprocess.run(program, input=text.encode(), capture_output=True, check=False)
    assert ended.returncode == 0, (ended.stdout, ended.stderr)
    return (ended.stdout).decode()
