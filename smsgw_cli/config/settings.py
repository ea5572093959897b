"""All settings: name, type, default, help. Options, variables and profiles take them from here."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from smsgw_cli.config import setting_checks as checks
from smsgw_cli.config.metrics import METRICS, PREFIX
from smsgw_cli.config.setting_checks import Check
from smsgw_cli.errors import Usage
from smsgw_cli.model import DATE_ORDERS
from smsgw_cli.output import FORMATS
from smsgw_cli.wording import suggestion

# Campaigns run for days; a socket can wait 24 days at most (2³¹ ms).
MAX_SECONDS = 14 * 86_400
MAX_SETTLE = 86_400
MAX_WORKERS = 256


class Setting(NamedTuple):
    """A setting. `form` is the form of its values, `default` its value if it is not set anywhere;
    `otherwise` describes what happens then, `readers` the commands that
    use it, empty for all."""

    name: str
    check: Check
    form: str
    help: str
    default: Any = None
    otherwise: str = "none"
    readers: str = ""

    @property
    def variable(self) -> str:
        """The name of its environment variable."""
        return f"SMSGW_{self.name.upper().replace('.', '_')}"

    @property
    def is_threshold(self) -> bool:
        """Whether it has the ranges of a metric of `check`."""
        return self.name.startswith(PREFIX)


SETTINGS: Mapping[str, Setting] = {
    each.name: each
    for each in (
        Setting("server", checks.server, "URL", "Address of the gateway"),
        Setting("token", checks.token_text, "TEXT", "Token of the API"),
        Setting(
            "token_command",
            checks.text,
            "COMMAND",
            "Command that prints the token, such as 'pass show sms'",
        ),
        Setting(
            "ca_bundle",
            checks.text,
            "FILE",
            "CA certificates to trust, such as that of a self-signed server",
            otherwise="the system's",
        ),
        Setting(
            "send_method",
            checks.one_of("post", "get"),
            "post|get",
            "HTTP method of sends",
            otherwise="post, then get",
        ),
        Setting(
            "timeout",
            checks.duration(1e-9, MAX_SECONDS),
            "DURATION",
            "Timeout of a complete request",
            30.0,
            "30s",
        ),
        Setting("retries", checks.whole(0, 100), "N", "Retries of a failed request", 4, "4"),
        Setting(
            "settle",
            checks.duration(0, MAX_SETTLE),
            "DURATION",
            "Time before the outcome of an unanswered request is checked; 0: immediately",
            60.0,
            "60s",
            readers="sends and imports",
        ),
        Setting(
            "rate",
            checks.rate,
            "N/UNIT",
            "Maximum rate of requests, such as 600/min",
            None,
            "the server's",
        ),
        Setting(
            "workers",
            checks.whole(1, MAX_WORKERS),
            "N",
            "Maximum number of parallel requests",
            None,
            "auto",
            readers="lists, imports, exports and messages send --csv",
        ),
        Setting("log_file", checks.text, "FILE", "Log of all requests, without secrets"),
        Setting(
            "no_input",
            checks.yes_or_no,
            "BOOL",
            "Never ask for input; fail instead",
            False,
            "false",
        ),
        Setting(
            "output",
            checks.one_of(*FORMATS),
            "FORMAT",
            "Output format",
            otherwise="table, tsv in a pipe",
        ),
        Setting(
            "region",
            checks.region,
            "CC",
            "Country of numbers without a +, such as US",
            readers="sends, contacts and suppress",
        ),
        Setting(
            "timezone",
            checks.timezone,
            "ZONE",
            "Time zone of times, hours and days, such as Europe/Berlin",
            otherwise="this machine's",
        ),
        Setting(
            "encoding",
            checks.text,
            "NAME",
            "Encoding of files, such as cp1252",
            otherwise="detected",
            readers="imports, messages send and suppress",
        ),
        Setting(
            "delimiter",
            checks.delimiter,
            "CHARACTER",
            "Delimiter of CSV files, such as ; or tab",
            otherwise="detected",
            readers="imports, messages send and suppress",
        ),
        Setting(
            "skip_lines",
            checks.whole(0, 10_000),
            "N",
            "Lines above the header of CSV files",
            0,
            "0",
            readers="imports, messages send and suppress",
        ),
        Setting(
            "landlines",
            checks.one_of("keep", "skip", "fail"),
            "keep|skip|fail",
            "What to do with landlines, which usually cannot receive SMS",
            "keep",
            "keep; mostly landlines are refused",
            readers="sends, imports and syncs",
        ),
        Setting(
            "dates",
            checks.one_of(*DATE_ORDERS),
            "|".join(DATE_ORDERS),
            "Order of day, month and year in files",
            otherwise="by region",
            readers="imports",
        ),
        Setting(
            "decimal",
            checks.one_of(".", ","),
            ".|,",
            "Decimal sign of numbers in files",
            otherwise=", if cells are separated by ;",
            readers="imports",
        ),
        Setting(
            "gsm",
            checks.yes_or_no,
            "BOOL",
            "Replace typographic characters so that a text fits GSM-7",
            False,
            "false",
            readers="messages send and preview",
        ),
        Setting(
            "delivery_report",
            checks.yes_or_no,
            "BOOL",
            "Request delivery reports",
            otherwise="the server's",
            readers="messages send and preview",
        ),
        Setting(
            "price",
            checks.price,
            "AMOUNT",
            "Price of one message part, such as '0.05 EUR'",
            readers="messages send and preview",
        ),
        Setting(
            "ask_above",
            checks.whole(0, 10**12),
            "N",
            "Ask before sending to more recipients than this, or more than 5 times as many parts",
            100,
            "100",
            readers="sends",
        ),
        Setting(
            "quiet_hours",
            checks.quiet_hours,
            "HOURS",
            "When to send no messages, such as '21-8, sun', in the time zone of the send",
            readers="messages send and preview, campaigns retry",
        ),
        Setting(
            "repeat_after",
            checks.duration(0, 10**9),
            "DURATION",
            "Time within which a repeated mailing skips recipients it has reached",
            21_600.0,
            "6h",
            readers="messages send --csv",
        ),
        Setting(
            "max_failed",
            checks.share,
            "SHARE",
            "Exit with 7 if more than this share failed, such as 5%, or 0",
            checks.Share(0.05),
            "5%, of a wave",
            readers="messages send --waves",
        ),
        Setting(
            "min_arrived",
            checks.share,
            "SHARE",
            "Share of a wave that must be Sent or Delivered before the next one",
            checks.Share(0.5),
            "50%",
            readers="messages send --waves",
        ),
        Setting(
            "suppression_list",
            checks.text,
            "FILE",
            "Another do-not-contact list, which several users can share",
            otherwise="none; your own list always applies",
            readers="sends and suppress",
        ),
        Setting(
            "respect_lists",
            checks.names,
            "LIST[,LIST]",
            "Contact lists (id or name) whose unsubscribed contacts are excluded from every send",
            readers="messages send and preview, campaigns retry, api",
        ),
        Setting(
            "stop_words",
            checks.stop_words,
            "WORDS",
            "More replies that opt out, such as NOSMS,ADIEU; =NOSMS replaces the usual ones",
            otherwise="STOP, QUIT, ARRET and others, in 29 languages",
            readers="suppress from-replies",
        ),
        Setting(
            "look_back",
            checks.duration(1, 10**14, needs_unit=True),
            "DURATION",
            "Maximum age of a late message",
            86_400.0,
            "1d",
            readers="messages tail",
        ),
        Setting(
            "interval",
            checks.duration(1, MAX_SECONDS),
            "DURATION",
            "Time between two polls",
            5.0,
            "5s",
            readers="messages tail",
        ),
        *(
            Setting(
                f"{PREFIX}{metric.name}",
                checks.thresholds(metric.unit),
                "WARN/CRIT",
                metric.help,
                metric.ranges or None,
                metric.ranges or "none",
                readers=f"check {metric.check}",
            )
            for metric in METRICS.values()
        ),
    )
}
# They select a server and what it trusts, so they are taken from one place, never mixed.
CONNECTION = ("server", "token", "token_command", "ca_bundle", "send_method")
# They only keep people from being sent to, so those of a profile are for every server.
PROTECTIVE = ("suppression_list", "quiet_hours", "stop_words")
RESPECT_LISTS = "respect_lists"  # protective too, but the lists are on one server
SECRET = ("server", "token", "token_command")  # --set does not take them: the process list shows it
RENAMED = {"rate_limit": "rate"}  # names of 0.1.0, which config.toml may have for ever


def named(name: str) -> Setting:
    """The setting of this name. Raises Usage with the nearest name."""
    key = RENAMED.get(name, name).replace("-", "_")
    if key in SETTINGS:
        return SETTINGS[key]
    hint = suggestion(key, SETTINGS, "see 'smsgw help settings'")
    raise Usage(f"unknown setting {name!r}", hint=hint)


def checked(name: str, value: object, where: str = "") -> Any:
    """The value in its final form. Raises Usage if it is invalid; `where` says what has it."""
    setting = named(name)
    try:
        return setting.check(value)
    except ValueError as error:
        # An invalid address may contain a password.
        shown = "" if setting.name in SECRET else f", not {value!r}"
        raise Usage(f"{where or name} {error}{shown}") from error


def as_written(value: Any) -> Any:
    """A value in the form in which it can be set again."""
    if isinstance(value, checks.Price):
        return " ".join(str(each) for each in value if each is not None)
    if isinstance(value, checks.Share):
        return str(value)
    return ",".join(value) if isinstance(value, tuple) else value


def as_text(value: Any) -> str:
    """The same as text; no value is empty."""
    text = "" if value is None else str(as_written(value))
    return text.lower() if isinstance(value, bool) else text


def stored(name: str, text: str) -> Any:
    """The value as written to config.toml. Raises Usage if it is invalid."""
    value = checked(name, text)
    return value if type(value) in (str, int, float, bool) else text.strip()
