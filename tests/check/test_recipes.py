"""The recipes of `smsgw help monitoring`, each read by the program it is for."""

import grp
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.check.judges import needs_promtool
from tests.conftest import Run

INSTALLED = "/usr/local/bin/smsgw"
INDENTED = re.compile(r"(?:(?:  .*)?\n)+")


def needs(program: str) -> pytest.MarkDecorator:
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    return pytest.mark.skipif(not shutil.which(program, path=path), reason=f"needs {program}")


@pytest.fixture
def recipe(run: Run, home: Path) -> "Recipe":
    return Recipe(run("help monitoring").stdout, home)


class Recipe:
    """The indented lines below a text of the topic, for a program in the test's own folder."""

    def __init__(self, topic: str, home: Path) -> None:
        self.topic = topic
        self.program = home / "smsgw"
        self.program.write_text(f'#!/bin/sh\nexec {sys.executable} -m smsgw_cli "$@"\n')
        self.program.chmod(0o755)

    def below(self, text: str) -> str:
        after = self.topic[self.topic.index(text) :].partition("\n\n")[2]
        found = INDENTED.match(after)
        assert found
        return dedent(found[0]).replace(INSTALLED, str(self.program))


def judged(*words: object) -> str:
    """What a program says of a recipe; it must be content."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    ended = subprocess.run(
        [shutil.which(str(words[0]), path=path) or "", *map(str, words[1:])],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


# Started by root, both give up its rights, and could not read our files.
USER, GROUP = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
NAGIOS = """
nagios_user={user}
nagios_group={group}
log_file={home}/nagios.log
object_cache_file={home}/objects.cache
check_result_path={home}
temp_file={home}/nagios.tmp
lock_file={home}/nagios.lock
command_file={home}/nagios.cmd
cfg_file={home}/smsgw.cfg
cfg_file={home}/others.cfg
"""
OTHERS = """
define timeperiod {
    timeperiod_name 24x7
    alias           always
    sunday 00:00-24:00
    monday 00:00-24:00
}
define command {
    command_name notify
    command_line /bin/true
}
define contact {
    contact_name admin
    host_notification_commands notify
    service_notification_commands notify
    host_notification_period 24x7
    service_notification_period 24x7
}
define contactgroup {
    contactgroup_name admins
    alias admins
    members admin
}
define host {
    host_name localhost
    address 127.0.0.1
    max_check_attempts 3
    check_period 24x7
    contact_groups admins
    notification_interval 0
    notification_period 24x7
}
"""


@needs("nagios4")
def test_nagios_takes_its_recipe(recipe: Recipe, home: Path) -> None:
    (home / "smsgw.cfg").write_text(recipe.below("Nagios, in"))
    (home / "others.cfg").write_text(OTHERS)
    (home / "nagios.cfg").write_text(NAGIOS.format(home=home, user=USER, group=GROUP))
    assert "Total Errors:   0" in judged("nagios4", "-v", home / "nagios.cfg")


ICINGA = """
include <itl>
const NodeName = "localhost"
object CheckerComponent "checker" {{ }}
object Host NodeName {{ check_command = "dummy" }}
object IcingaApplication "app" {{ }}
include "{home}/smsgw.conf"
"""


@needs("icinga2")
def test_icinga_takes_its_recipe(recipe: Recipe, home: Path) -> None:
    (home / "smsgw.conf").write_text(recipe.below("Icinga 2, in"))
    (home / "icinga2.conf").write_text(ICINGA.format(home=home))
    places = ("DataDir", "LogDir", "CacheDir", "SpoolDir", "InitRunDir")
    constants = {"RunAsUser": USER, "RunAsGroup": GROUP, **dict.fromkeys(places, home)}
    said = judged(
        "icinga2", "daemon", "-C", "-c", home / "icinga2.conf",
        *(word for each in constants.items() for word in ("-D", "=".join(map(str, each)))),
    )  # fmt: skip
    assert "3 Services" in said


@needs("zabbix_agentd")
def test_zabbix_gets_the_json_of_its_recipe(recipe: Recipe, home: Path, server: Gateway) -> None:
    (home / "agent.conf").write_text(
        f"LogType=console\nServer=127.0.0.1\nHostname=test\nPidFile={home}/agent.pid\n"
        + recipe.below("Zabbix, in").partition("\n\n")[0]
    )
    shown = judged("zabbix_agentd", "-c", home / "agent.conf", "-t", "smsgw[devices]")
    found = json.loads(shown[shown.index("[t|") + 3 : shown.rindex("]")])
    assert found["status"] == "OK"
    assert any(each["metric"] == "battery" and each["id"] == 1 for each in found["results"])


@needs("systemd-analyze")
def test_systemd_takes_the_service_and_its_timer(recipe: Recipe, home: Path) -> None:
    service, timer = home / "smsgw-check.service", home / "smsgw-check.timer"
    service.write_text(recipe.below("smsgw-check.service:"))
    timer.write_text(recipe.below("smsgw-check.timer, "))
    said = judged("systemd-analyze", "verify", service, timer)
    assert "smsgw-check" not in said
    assert "Next elapse" in judged("systemd-analyze", "calendar", "*:0/5")


RULES_TEST = """
rule_files: [smsgw.rules.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - series: 'smsgw_check_status{check="devices",profile="work"}'
        values: '3x30'
      - series: 'smsgw_device_last_seen_timestamp_seconds{device_id="7",device="Kitchen"}'
        values: '0x40'
      - series: 'smsgw_device_battery_ratio{device_id="7",device="Kitchen"}'
        values: '0.24x40'
      - series: 'node_textfile_mtime_seconds{file="/var/lib/smsgw.prom"}'
        values: '0x40'
    alert_rule_test:
      - {eval_time: 15m, alertname: SmsCheck, exp_alerts: [{
          exp_labels: {check: devices, profile: work},
          exp_annotations: {summary: smsgw check devices exits with 3}}]}
      - {eval_time: 29m, alertname: SmsPhoneSilent, exp_alerts: []}
      - {eval_time: 31m, alertname: SmsPhoneSilent, exp_alerts: [{
          exp_labels: {device_id: "7", device: Kitchen},
          exp_annotations: {summary: Kitchen was last seen 31m 0s ago}}]}
      - {eval_time: 1m, alertname: SmsBatteryLow, exp_alerts: [{
          exp_labels: {device_id: "7", device: Kitchen},
          exp_annotations: {summary: The battery of Kitchen is at 24%}}]}
      - {eval_time: 21m, alertname: SmsCheckMissing, exp_alerts: [{
          exp_labels: {file: /var/lib/smsgw.prom},
          exp_annotations: {summary: smsgw check has not run for 21m 0s}}]}
"""


@needs_promtool
def test_the_rules_of_prometheus_fire_when_they_should(recipe: Recipe, home: Path) -> None:
    (home / "smsgw.rules.yml").write_text(recipe.below("Rules for Prometheus"))
    (home / "test.yml").write_text(RULES_TEST)
    assert "4 rules found" in judged("promtool", "check", "rules", home / "smsgw.rules.yml")
    judged("promtool", "test", "rules", home / "test.yml")


def test_the_gauges_that_the_rules_read_are_written(
    run: Run, recipe: Recipe, server: Gateway, home: Path
) -> None:
    run("check --textfile smsgw.prom")
    written = (home / "smsgw.prom").read_text()
    for gauge in set(re.findall(r"smsgw_\w+_\w+", recipe.below("Rules for Prometheus"))):
        assert f"\n{gauge}{{" in written, gauge
