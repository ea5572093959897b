"""The tables of the ledger and their migrations."""

from smsgw_cli.storage.database import Layout
from smsgw_cli.storage.failures import Cause, RecordKind

# Conditions as in the indexes, which are used only so.
TAKEN = "state != 'refused'"
UNKNOWN_YET = "state IN ('sending', 'unknown')"
OPEN = f"{UNKNOWN_YET} OR (state = 'accepted' AND campaign IS NULL)"
OUTCOME = "iif(state = 'sending', 'unknown', state)"  # once its process has ended
CAMPAIGN_ID = "json_extract(campaign, '$.id')"

_FIRST = """
CREATE TABLE IF NOT EXISTS sends (
    id INTEGER PRIMARY KEY,
    key TEXT UNIQUE,
    path TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    campaign TEXT,
    started_at TEXT NOT NULL,
    ended_at TEXT
)
"""
# A refused send does not use up its key, so keys are unique only among the others.
_SETTLED = """
ALTER TABLE sends RENAME TO sends_before;
CREATE TABLE sends (
    id INTEGER PRIMARY KEY,
    key TEXT,
    claim TEXT NOT NULL,
    path TEXT NOT NULL,
    name TEXT,
    is_unique INTEGER NOT NULL DEFAULT 0,
    newest INTEGER,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    campaign TEXT,
    said TEXT,
    started_at TEXT NOT NULL,
    touched_at TEXT NOT NULL,
    ended_at TEXT
);
INSERT INTO sends (id, key, claim, path, body, state, campaign, started_at, touched_at, ended_at)
    SELECT id, key, 'send-' || id, path, body, state, campaign, started_at,
        coalesce(ended_at, started_at), ended_at FROM sends_before;
DROP TABLE sends_before;
CREATE UNIQUE INDEX key_of_send ON sends (key) WHERE state != 'refused';
CREATE INDEX name_of_send ON sends (name);
CREATE INDEX state_of_send ON sends (state)
"""
_MAILINGS = """
CREATE TABLE mailings (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    file TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT
)
"""
# What the command let through with --allow, comma-separated.
_ALLOWED = "ALTER TABLE sends ADD COLUMN allowed TEXT"
# The command that made the send; one retry may make several.
_RUN = "ALTER TABLE sends ADD COLUMN run TEXT"
# Whether the response reported both success and an error, so that it stays unknown if not found.
_CONTRADICTORY = "ALTER TABLE sends ADD COLUMN contradictory INTEGER NOT NULL DEFAULT 0"
# Mailings that are the same, run by run, are a series, known by digests. `since`: what an earlier
# run of the series had accepted since then is skipped. `text` is a digest of the text, `is_whole`
# whether every row was accepted; 0.1.0 ended no others.
_SERIES = """
ALTER TABLE mailings RENAME TO mailings_before;
CREATE TABLE mailings (
    id INTEGER PRIMARY KEY,
    series INTEGER NOT NULL,
    key TEXT NOT NULL,
    text TEXT,
    file TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    since TEXT NOT NULL,
    is_whole INTEGER NOT NULL DEFAULT 0
);
INSERT INTO mailings (id, series, key, file, started_at, ended_at, since, is_whole)
    SELECT id, id, key, file, started_at, ended_at, started_at, ended_at IS NOT NULL
    FROM mailings_before;
DROP TABLE mailings_before;
CREATE INDEX series_of_mailing ON mailings (series);
CREATE TABLE mailing_digests (
    digest TEXT NOT NULL,
    series INTEGER NOT NULL,
    PRIMARY KEY (digest, series)
) WITHOUT ROWID
"""
# When it was last sent, by a clock that nobody sets.
_CLOCK = "ALTER TABLE sends ADD COLUMN clock TEXT"
# When a mailing is sent and ends, as its first run had it: `scheduled_at` and `ends_at`.
_MOMENTS = "ALTER TABLE mailings ADD COLUMN moments TEXT"
# The waves of a mailing; a send of one has its number. `recipients` are as planned at the start,
# `sent` how many of them were sent to, `accepted_at` is by the server's clock. The recipients of a
# mailing without a file are kept, in order, until it ends.
_WAVES = """
CREATE TABLE waves (
    mailing INTEGER NOT NULL,
    number INTEGER NOT NULL,
    recipients INTEGER NOT NULL,
    wait REAL NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0,
    accepted_at TEXT,
    PRIMARY KEY (mailing, number)
) WITHOUT ROWID;
CREATE TABLE wave_recipients (
    mailing INTEGER NOT NULL,
    position INTEGER NOT NULL,
    phone INTEGER NOT NULL,
    PRIMARY KEY (mailing, position)
) WITHOUT ROWID;
ALTER TABLE sends ADD COLUMN wave INTEGER;
CREATE INDEX wave_of_send ON sends (wave, key) WHERE wave IS NOT NULL
"""
# For ledgers with a million sends: most are accepted, so an index of all states is of no use.
# `is_read` is whether what a part of a file sent from elsewhere was read from the server.
# `used_keys` has 16 bytes of the SHA-256 of each key whose record was removed.
_LARGE = f"""
DROP INDEX state_of_send;
CREATE INDEX open_send ON sends (id) WHERE {OPEN};
CREATE INDEX run_of_send ON sends (run) WHERE run IS NOT NULL;
CREATE INDEX campaign_of_send ON sends ({CAMPAIGN_ID}) WHERE campaign IS NOT NULL;
CREATE TABLE used_keys (digest BLOB PRIMARY KEY) WITHOUT ROWID;
ALTER TABLE mailings ADD COLUMN is_read INTEGER NOT NULL DEFAULT 1
"""
# Added from a backup to sends that were there: older than those, whatever its number.
_RESTORED = "ALTER TABLE sends ADD COLUMN restored INTEGER NOT NULL DEFAULT 0"
KIND = RecordKind(
    "the record of sends",
    "nothing is sent without it, as a message could be sent twice",
    {Cause.DAMAGED: "restore it from a backup, or move it away: earlier sends are then unknown"},
)
LAYOUT = Layout(
    KIND,
    (
        *(_FIRST, _SETTLED, _MAILINGS, _ALLOWED, _RUN, _CONTRADICTORY, _SERIES, _CLOCK, _MOMENTS),
        *(_WAVES, _LARGE, _RESTORED),
    ),
    tables=frozenset({"sends", "mailings"}),
)
