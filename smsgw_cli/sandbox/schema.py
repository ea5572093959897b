"""The tables: one migration script per version; foreign keys define what a delete cascades to.

Times are milliseconds since 1970, booleans 0 and 1, lists and objects JSON.
"""

MIGRATIONS = (
    """
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE devices (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT,
    model TEXT NOT NULL,
    android_version TEXT NOT NULL,
    app_version TEXT NOT NULL,
    battery INTEGER NOT NULL,
    is_charging INTEGER NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);

CREATE TABLE sims (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device_id INTEGER NOT NULL REFERENCES devices ON DELETE CASCADE,
    name TEXT NOT NULL,
    label TEXT,
    number TEXT,
    country TEXT NOT NULL,
    carrier TEXT NOT NULL,
    slot INTEGER NOT NULL,
    data_roaming INTEGER NOT NULL,
    signal_strength INTEGER NOT NULL,
    active INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX sims_of_device ON sims (device_id);

CREATE TABLE sending_servers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    driver TEXT NOT NULL,
    supported_types TEXT NOT NULL,
    config TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE sender_ids (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sending_server_id INTEGER NOT NULL REFERENCES sending_servers ON DELETE CASCADE,
    value TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX sender_ids_of_server ON sender_ids (sending_server_id);

CREATE TABLE contact_lists (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
);

CREATE TABLE fields (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    contact_list_id INTEGER NOT NULL REFERENCES contact_lists ON DELETE CASCADE,
    label TEXT NOT NULL,
    tag TEXT NOT NULL,
    type TEXT NOT NULL,
    options TEXT,
    default_value TEXT,
    required INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (contact_list_id, tag)
);

CREATE TABLE contacts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    contact_list_id INTEGER NOT NULL REFERENCES contact_lists ON DELETE CASCADE,
    mobile_number TEXT NOT NULL,
    subscribed INTEGER NOT NULL,
    custom TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (contact_list_id, mobile_number)
);
CREATE INDEX contacts_by_date ON contacts (contact_list_id, created_at, id);

CREATE TABLE calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sim_id INTEGER NOT NULL REFERENCES sims ON DELETE CASCADE,
    number TEXT NOT NULL,
    type TEXT NOT NULL,
    answered INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX calls_of_sim ON calls (sim_id);

CREATE TABLE campaigns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    scheduled_at INTEGER,
    timezone TEXT NOT NULL,
    recurring INTEGER NOT NULL,
    frequency INTEGER,
    frequency_unit TEXT,
    ends_at INTEGER,
    opens TEXT NOT NULL,
    closes TEXT NOT NULL,
    days_of_week TEXT NOT NULL,
    delay INTEGER NOT NULL,
    prioritize INTEGER NOT NULL,
    delivery_report INTEGER,
    random_sender INTEGER NOT NULL,
    sims TEXT NOT NULL DEFAULT '[]',
    sender_ids TEXT NOT NULL DEFAULT '[]',
    contact_lists TEXT NOT NULL,
    recipients TEXT NOT NULL,
    message TEXT,
    attachments TEXT NOT NULL,
    anchor INTEGER NOT NULL,
    next_run_at INTEGER,
    queued_at INTEGER,
    processed_at INTEGER,
    done_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
);
CREATE INDEX campaigns_due ON campaigns (next_run_at) WHERE next_run_at IS NOT NULL;

CREATE TABLE campaign_senders (
    campaign_id INTEGER NOT NULL REFERENCES campaigns ON DELETE CASCADE,
    sim_id INTEGER REFERENCES sims ON DELETE CASCADE,
    sender_id INTEGER REFERENCES sender_ids ON DELETE CASCADE,
    total INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    queued_at INTEGER,
    done_at INTEGER
);
CREATE INDEX senders_of_campaign ON campaign_senders (campaign_id);
CREATE INDEX campaigns_of_sim ON campaign_senders (sim_id);
CREATE INDEX campaigns_of_sender_id ON campaign_senders (sender_id);

CREATE TABLE busy (
    campaign_id INTEGER NOT NULL REFERENCES campaigns ON DELETE CASCADE,
    sim_id INTEGER REFERENCES sims ON DELETE CASCADE,
    sender_id INTEGER REFERENCES sender_ids ON DELETE CASCADE,
    opens INTEGER NOT NULL,
    closes INTEGER NOT NULL
);
CREATE INDEX busy_for_campaign ON busy (campaign_id);
CREATE INDEX busy_sims ON busy (sim_id, closes);
CREATE INDEX busy_sender_ids ON busy (sender_id, closes);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign_id INTEGER REFERENCES campaigns ON DELETE CASCADE,
    sim_id INTEGER REFERENCES sims ON DELETE CASCADE,
    sender_id INTEGER REFERENCES sender_ids ON DELETE CASCADE,
    from_number TEXT,
    to_number TEXT,
    content TEXT,
    type TEXT NOT NULL,
    attachments TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    processed_at INTEGER NOT NULL,
    transmitted_at INTEGER NOT NULL,
    done_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    error TEXT
);
CREATE INDEX messages_by_date ON messages (sent_at, id);
CREATE INDEX messages_of_sim ON messages (sim_id, sent_at, id);
CREATE INDEX messages_of_sender_id ON messages (sender_id);
CREATE INDEX messages_of_campaign ON messages (
    campaign_id, sent_at, id, outcome, queued_at, processed_at, transmitted_at, done_at
);

CREATE TABLE ussd_pulls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign_id INTEGER REFERENCES campaigns ON DELETE CASCADE,
    sim_id INTEGER NOT NULL REFERENCES sims ON DELETE CASCADE,
    code TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    queued_at INTEGER NOT NULL,
    done_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    response TEXT
);
CREATE INDEX ussd_pulls_by_date ON ussd_pulls (sent_at, id);
CREATE INDEX ussd_pulls_of_sim ON ussd_pulls (sim_id);
CREATE INDEX ussd_pulls_of_campaign ON ussd_pulls (campaign_id, sent_at, id)
""",
    # What is in 0.1.0 keeps its timetable; `line` is the number that the network knows a SIM by if
    # it is not the one the phone can read, `run_after` the last id before a campaign's latest run.
    """
ALTER TABLE devices ADD COLUMN silent_since INTEGER;
ALTER TABLE sims ADD COLUMN line TEXT;
ALTER TABLE sims ADD COLUMN quota INTEGER;
ALTER TABLE sims ADD COLUMN balance TEXT;
ALTER TABLE campaigns ADD COLUMN behaviour TEXT;
ALTER TABLE campaigns ADD COLUMN run_after INTEGER NOT NULL DEFAULT 0;
ALTER TABLE campaign_senders ADD COLUMN status TEXT;
ALTER TABLE messages ADD COLUMN tries INTEGER NOT NULL DEFAULT 1;
ALTER TABLE messages ADD COLUMN retry_at INTEGER;
CREATE INDEX messages_to_retry ON messages (retry_at) WHERE retry_at IS NOT NULL;

CREATE TABLE arrivals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER REFERENCES messages ON DELETE CASCADE,
    pull_id INTEGER REFERENCES ussd_pulls ON DELETE CASCADE,
    sim_id INTEGER NOT NULL REFERENCES sims ON DELETE CASCADE,
    due INTEGER NOT NULL,
    at INTEGER NOT NULL,
    from_number TEXT,
    content TEXT,
    type TEXT NOT NULL,
    attachments TEXT NOT NULL
);
CREATE INDEX arrivals_by_time ON arrivals (at);
CREATE INDEX arrivals_of_message ON arrivals (message_id);
CREATE INDEX arrivals_of_pull ON arrivals (pull_id);
CREATE INDEX arrivals_of_sim ON arrivals (sim_id)
""",
)
