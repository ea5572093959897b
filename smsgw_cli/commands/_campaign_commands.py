"""`campaigns watch`, `report` and `retry`: options and help; the code is imported when they run."""

from smsgw_cli.cli.groups import Commands
from smsgw_cli.cli.parameters import deferred, register
from smsgw_cli.cli.resource import Field
from smsgw_cli.commands._send_options import (
    ALLOW,
    BOTH_SENDERS,
    CHECKS,
    EXCLUDE,
    MAX_FAILED,
    NAME,
    OLD_OF_MESSAGES,
    PACE,
    RANDOM_SENDER,
    READS,
    SCHEDULE,
    WHO,
)
from smsgw_cli.commands.campaigns import BEFORE, CAMPAIGN, SINCE

app = Commands()

CAMPAIGNS = Field(
    "campaigns",
    "Id, name, or last (the newest send from this machine); - reads from standard input",
    many=True,
    required=True,
    argument=True,
    metavar="CAMPAIGN…",
    names=CAMPAIGN,
)
HTML = Field("html", "Write the report to this file, as an HTML page", file=True)
RETRY = (
    EXCLUDE,
    Field(
        "before",
        "Skip messages sent later than this: 15m (ago), 09:00, 2031-01-01T12:00",
        metavar="WHEN",
        section=WHO,
    ),
    *BOTH_SENDERS,
    RANDOM_SENDER,
    NAME,
    *SCHEDULE,
    *CHECKS,
    ALLOW,
    *PACE,
)
COMMON = (
    "exclude",
    "before",
    "sims",
    "sender_ids",
    "name",
    "at",
    "timezone",
    "once",
    "watch",
    "max_failed",
    "allow",
    "delay",
)

register(
    app,
    "watch",
    """Watch campaigns until every message has a final status.

    With --timeout, it exits with 9 if they are not finished by then. Ctrl-C stops watching, not the
    campaigns.
    """,
    (CAMPAIGNS, MAX_FAILED._replace(section="")),
    deferred("smsgw_cli.commands._campaign_watch", "watch_campaigns"),
    epilog="""
    smsgw -p sandbox campaigns watch 3 --max-failed 5% --timeout 10m
    smsgw -p sandbox campaigns watch 'Summer sale'
    """,
)
register(
    app,
    "report",
    """Report counts by status, sender and failure reason, and delivery times.

    Without a campaign, it covers those with messages that were created today, or since --since.
    Several campaigns are added up, with a row for each.

    JSON keys: campaign, or campaigns for several; read_at, total; statuses, senders and failures
    with counts and shares (0 to 1; for failures, of all failed); delivery_seconds with count,
    median, p90, p99 and longest (percentiles are interpolated); timeline with bucket_seconds and
    the number sent and delivered in each bucket. CSV, TSV and NDJSON have one row per count.
    """,
    (CAMPAIGNS._replace(required=False), SINCE, BEFORE, HTML),
    deferred("smsgw_cli.commands._campaign_report", "report_campaigns"),
    epilog="""
    smsgw -p sandbox campaigns report
    smsgw -p sandbox campaigns report 3 --html report.html
    """,
)
register(
    app,
    "retry",
    """Send the failed messages of campaigns again, as new campaigns.

    Text, type, attachments, SIMs, sender ids, hours, days, priority, delay and delivery reports are
    kept unless changed by options. There is one campaign per distinct text, and a recipient gets
    each text once. Recipients are skipped, and counted, if they were part of an earlier retry, have
    received the text since, have unsubscribed since, or are on the do-not-contact list. Run again,
    it sends only to recipients whose messages have failed since; if there are none, it prints the
    earlier retry. A new --once key sends to all again.

    A campaign with unsent messages is not retried; all campaigns are checked before anything is
    sent.

    If the server itself retries failed messages (auto-retry), --before 15m gives it time to do so.

    Without a terminal, campaigns that began more than 20 hours ago can be retried only by id.
    """,
    (CAMPAIGNS, *RETRY),
    deferred("smsgw_cli.commands._campaign_retry", "retry_campaigns"),
    common=COMMON,
    reads=READS,
    old=OLD_OF_MESSAGES,
    epilog="""
    smsgw -p sandbox campaigns retry 3 --yes
    smsgw -p sandbox campaigns retry 3 --once monday --name 'Summer sale, again'
    """,
)
