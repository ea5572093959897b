"""The types of JSON output that are not records of the server; those are in `model`."""

from typing import Any, NotRequired, TypedDict

from smsgw_cli.model import Device, SendingServer, Sim


class Changed(TypedDict):
    """A record that was changed or removed; `result` is the verb."""

    id: int | str
    result: str


class Request(TypedDict):
    """A request that --dry-run shows."""

    method: str
    path: str
    body: NotRequired[Any]


class Failure(TypedDict):
    """What went wrong; `errors` are messages of the server by field."""

    kind: str
    message: str
    status: int | None
    errors: dict[str, list[str]] | None
    hint: str | None


class Failed(TypedDict):
    """A line on stderr, the last one."""

    error: Failure


class ProgressState(TypedDict):
    """How far it is; `detail` is for people."""

    title: str
    done: int
    total: int
    detail: str


class Progress(TypedDict):
    """A line on stderr."""

    progress: ProgressState


class HiddenCampaign(TypedDict):
    """What was accepted as a campaign that is not visible yet: `sends settle` looks for it."""

    id: None
    name: str


class Preview(TypedDict):
    """`messages preview`."""

    when: dict[str, Any]
    other_zones: list[Any]
    recipients: int
    doubles: int
    invalid: int
    invalid_numbers: list[str]
    suppressed: int
    excluded: int
    unsubscribed: int
    skipped_landlines: int
    lists: list[dict[str, Any]]
    kinds: dict[str, int]
    type: str
    messages: int
    encoding: str | None
    forces_ucs2: list[dict[str, Any]]
    parts: int
    total_parts: int
    senders: list[dict[str, Any]]
    seconds: float | None
    price_per_part: float | None
    cost: float | None
    currency: str | None
    notes: list[str]
    recipient_zones: list[dict[str, Any]]


class CampaignCounts(TypedDict):
    """`campaigns watch`: the number of messages by status, and who sends them."""

    id: int
    name: str | None
    total: int
    statuses: dict[str, int]
    devices: list[Device]
    sending_servers: list[SendingServer]


class CampaignSummary(TypedDict):
    """A campaign of a report; the counts are there in a report of several."""

    id: int
    name: str | None
    type: str | None
    status: str | None
    scheduled_at: str | None
    created_at: str | None
    total: NotRequired[int]
    delivered: NotRequired[int]
    failed: NotRequired[int]
    other: NotRequired[int]
    sent: NotRequired[int]
    failed_share: NotRequired[float]


class StatusCount(TypedDict):
    """Messages with a status; shares are from 0 to 1."""

    status: str
    count: int
    share: float


class ReasonCount(TypedDict):
    """Failed messages with a reason."""

    reason: str
    count: int
    share: float


SenderCounts = TypedDict(
    "SenderCounts",
    {
        "sender": str,
        "from": str | None,
        "total": int,
        "delivered": int,
        "failed": int,
        "other": int,
        "sent": int,
        "failed_share": float,
    },
)


class DeliverySeconds(TypedDict):
    """How long delivery took, in seconds."""

    count: int
    median: float
    p90: float
    p99: float
    longest: float


class Bucket(TypedDict):
    """A span of the timeline."""

    start: str
    sent: int
    delivered: int


class Timeline(TypedDict):
    """What was sent and delivered when."""

    bucket_seconds: int | None
    buckets: list[Bucket]


class Report(TypedDict):
    """`campaigns report`: of one with `id` and `campaign`, of several with `campaigns`."""

    id: NotRequired[int]
    campaign: NotRequired[CampaignSummary]
    campaigns: NotRequired[list[CampaignSummary]]
    read_at: str
    total: int
    statuses: list[StatusCount]
    senders: list[SenderCounts]
    failures: list[ReasonCount]
    delivery_seconds: DeliverySeconds | None
    timeline: Timeline


class ImportResult(TypedDict):
    """`contacts import`: rows by what became of them; `id` is the list's, `run` the import's."""

    id: int
    run: int
    rows: int
    fields_created: int
    created: int
    updated: int
    skipped: int
    failed: int


class ImportPreview(TypedDict):
    """`contacts import --dry-run`; the number of known contacts is `skip`, `update` or `fail`."""

    rows: int
    create: int
    skip: NotRequired[int]
    update: NotRequired[int]
    fail: NotRequired[int]
    bad: int
    problems: list[str]
    fields: list[dict[str, Any]]
    contacts: list[dict[str, Any]]
    detected: dict[str, Any]
    mapping: dict[str, str | None]


class SyncResult(TypedDict):
    """`contacts sync`; without a change, `run` is null."""

    id: int
    run: int | None
    fields_created: int
    created: int
    updated: int
    unsubscribed: int
    deleted: int
    unchanged: int
    failed: int


class SyncChange(TypedDict):
    """A value that `contacts sync --dry-run` would change, or a contact without a field."""

    action: str
    id: int | None
    mobile_number: str
    field: str | None
    before: Any
    after: Any


class Run(TypedDict):
    """`imports`: an import or sync, with rows by what became of them."""

    id: int
    kind: str
    state: str
    server: str
    list: int
    file: str
    shard: str | None
    rows: int
    created: int
    updated: int
    skipped: int
    unsubscribed: int
    deleted: int
    failed: int
    rejected: int
    undone: int
    started_at: str | None
    ended_at: str | None


class UndoResult(TypedDict):
    """`imports undo`: how many contacts and fields were deleted."""

    id: int
    result: str
    deleted: int
    fields_deleted: int


class Send(TypedDict):
    """`sends`: a send of the ledger; `differences` in `sends get` alone."""

    id: int
    key: str | None
    kind: str
    state: str
    campaign: int | None
    recipients: str
    started_at: str
    ended_at: str | None
    allowed: str | None
    wave: int | None
    name: str | None
    said: str | None
    body: dict[str, Any]
    differences: NotRequired[list[Any]]


class SuppressedNumber(TypedDict):
    """`suppress list`."""

    number: str
    reason: str | None
    since: str
    list: str


class NumberResult(TypedDict):
    """`suppress add` and `remove`."""

    number: str
    result: str


class RepliesResult(TypedDict):
    """`suppress from-replies`: opt-outs that were found, and what became of them."""

    found: int
    added: int
    known: int
    removed: int
    similar: int
    older: int
    similar_replies: list[Any]
    kept_replies: list[Any]


class SimOfDevice(Sim, total=False):
    """`devices sims`."""

    device_id: int
    device: str | None


class SimBalance(TypedDict):
    """`devices balances`: the last known balance of a SIM, or one answer with --since."""

    sim_id: int | None
    device: str | None
    carrier: str | None
    code: str | None
    balance: float | None
    currency: str | None
    expires_on: str | None
    read_at: str | None
    text: str | None


SelfTestResult = TypedDict(
    "SelfTestResult",
    {
        "campaign": int | None,
        "from": int,
        "from_name": str | None,
        "to": int,
        "to_name": str | None,
        "result": str | None,
        "queued": float | None,
        "sent": float | None,
        "delivered": float | None,
        "received": float | None,
        "status": str | None,
        "reason": str | None,
        "started_at": str,
        "message": int | None,
    },
)


class CheckResult(TypedDict):
    """A result of `check`; `warning` and `critical` are ranges of the plug-in guidelines."""

    check: str
    status: str
    kind: str | None
    id: int | None
    name: str | None
    metric: str | None
    value: float | None
    unit: str | None
    warning: str | None
    critical: str | None
    text: str
    why: str | None


class Check(TypedDict):
    """`check`: OK, WARNING, CRITICAL or UNKNOWN, and the results, the worst first, or the error."""

    status: str
    summary: str
    results: list[CheckResult]
    left_out: NotRequired[dict[str, str]]
    notes: list[str]
    error: NotRequired[Failure]


class ProfileSettings(TypedDict):
    """`profiles list` and `get`, which have a key for every other setting that is set."""

    name: str
    default: bool
    server: str
    token_from: str | None
    send_method: str | None
    region: str | None
    timeout: float
    retries: int
    rate: int | None
    output: str | None
    ca_bundle: str | None


class ProfileTest(TypedDict):
    """`profiles test`."""

    profile: str
    server: str
    token_from: str | None
    answered_by: str | None
    devices: int
    result: str


class DoctorResult(TypedDict):
    """`doctor`: a check that is ok or failed."""

    check: str
    result: str
    detail: str


class ServedGateway(TypedDict):
    """`sandbox serve`."""

    url: str
    token: str
    ca_bundle: NotRequired[str]


ReceivedMessage = TypedDict("ReceivedMessage", {"id": int, "from": str, "to": str, "content": str})


class LoggedRequest(TypedDict):
    """`sandbox requests`."""

    id: int
    at: str
    method: str
    path: str
    query: Any
    status: int | None
    fault: str | None
    hint: str | None
    body: Any
    answer: Any
    headers: Any


class BackupResult(TypedDict):
    """`backup create` into a folder; also a number of records of each other file."""

    id: str
    result: str
    contacts: int
    fields: int


class RestoreResult(TypedDict):
    """`backup restore`: what was done with a list, or with records of this program."""

    what: str
    name: str | None
    created: int
    updated: int
    skipped: int
    failed: NotRequired[int]
    id: NotRequired[int]
    run: NotRequired[int]
    rows: NotRequired[int]
    fields_created: NotRequired[int]


SettingValue = str | float | bool | list[str] | None
"""What `profiles get NAME KEY` prints."""
