"""Options shared by the commands that read tables: how to read the file, how fast to send."""

from smsgw_cli.cli import old_words
from smsgw_cli.cli.parameters import of_setting
from smsgw_cli.cli.resource import Field
from smsgw_cli.commands._table_options import READS as TABLE_READS
from smsgw_cli.commands._table_options import SHEET
from smsgw_cli.commands.contact_lists import CONTACT_LIST

FILE_SECTION, TUNING = "Reading the file", "Tuning"

LIST = Field(
    "contact_list",
    "Id or name of the list",
    argument=True,
    required=True,
    names=CONTACT_LIST,
    metavar="LIST",
)
TABLE = Field(
    "file",
    "CSV file, optionally .gz, or workbook; - for standard input",
    argument=True,
    required=True,
    file=True,
)
RUN = Field("run", "Number of the import", int, argument=True, required=True)
COLUMNS = (
    Field(
        "mappings",
        "What a column is: the tag of a field (TAG:TYPE to create it with a type; TAG:dmy, mdy "
        "or ymd for dates), mobile_number, region, subscribed or unsubscribed; empty to ignore "
        "it",
        many=True,
        flag="--map",
        metavar="COLUMN=TARGET",
        section=FILE_SECTION,
    ),
    Field(
        "create_fields",
        "Create fields for columns without one",
        bool,
        "--create-fields",
        section=FILE_SECTION,
    ),
    Field(
        "ignore_extra",
        "Ignore columns without a field",
        bool,
        "--ignore-extra",
        section=FILE_SECTION,
    ),
    of_setting("region", FILE_SECTION),
    Field(
        "allow",
        "Allow what is otherwise refused: landlines (most numbers), any-number (short codes, "
        "unknown ranges)",
        many=True,
        flag="--allow",
        metavar="THING[,THING]",
        section=FILE_SECTION,
    ),
    of_setting("encoding", FILE_SECTION),
    SHEET._replace(section=FILE_SECTION),
)
SKIP_BAD = Field(
    "skip_bad",
    "Skip invalid rows, and write them to FILE.rejects.csv",
    bool,
    "--skip-bad",
    section=FILE_SECTION,
)
PACE = (of_setting("workers", TUNING), of_setting("rate", TUNING))
READS = ("settle",)
READS_OF_TABLES = (*READS, "landlines", "dates", "decimal", *TABLE_READS)
OLD = (old_words.setting("settle"),)
