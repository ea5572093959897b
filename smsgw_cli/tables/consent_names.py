"""Names of columns that say who wants messages, and who opted out: neither may be overlooked."""

import re
from functools import cache

from smsgw_cli.model import SUBSCRIBED
from smsgw_cli.tables.booleans import is_subscribed, is_unsubscribed
from smsgw_cli.tables.names import usual_words, without_accents

# HubSpot: Opted-in; Shopify: Accepts SMS Marketing; Klaviyo: SMS Consent; Brevo: SMS subscribed;
# Active Campaign: Subscription status. No e-mail: who wants none may want SMS. Nor dates, which say
# since when. Names without spaces and punctuation.
_OPT_IN = re.compile(
    r"(?:is|has|was|sms|texts?|phone|mobile|marketing|contact|customer|user|member)*"
    r"(?:opt(?:ed)?in|subscribed|consent(?:ed)?|permission|newsletter|cantext|cansms|"
    r"(?:accepts?|allows?|receives?|wants?)(?:sms|texts?|messages?|marketing))"
    r"(?:to|of|for|all|sms|texts?|messages?|marketing|newsletter|flag|status)*"
)
_STATUS = re.compile(
    r"(?:sms|texts?|phone|mobile|marketing|contact|customer|user|member|subscri(?:ption|ber))*"
    r"(?:status|state|subscription)"
)
# Salesforce: Do Not Call, Has Opted Out Of Email; HubSpot: Unsubscribed from all email; Zoho: SMS
# Opt Out; Odoo: Phone Blacklisted; Mailchimp: UNSUB_TIME. Names without spaces and punctuation.
_OPT_OUT = re.compile(
    r"(?:is|has|was|sms|texts?|text|emails?|phone|mobile|calls?|marketing|mailing|newsletter|"
    r"global(?:ly)?|contact|customer|user)*"
    r"(?:opt(?:ed)?outs?|unsub(?:scribed?|scription)?|dnc|"
    r"(?:do|does)not(?:call|contact|sms|text|message|e?mail|disturb|phone)|"
    r"dont(?:call|contact|sms|text|message|e?mail|disturb|phone)|"
    r"no(?:sms|texts?|textmessages|calls|marketing|contact)|blacklist(?:ed)?|stopsms)"
    r"(?:of|from|for|all|emails?|sms|texts?|messages?|calls?|fax|marketing|at|on|date|time|flag|"
    r"status|list|registry)*"
)


def is_opt_in(column: str) -> bool:
    """Whether a column of this name may say who wants messages; `subscribed` itself always does."""
    name = without_accents(column)
    is_status = _STATUS.fullmatch(name) is not None
    return name != SUBSCRIBED and (is_status or _says_yes_or_no(column))


def is_opt_out(column: str) -> bool:
    """Whether a column of this name says who opted out."""
    name = without_accents(column)
    return name in usual_words("opt_out") or _OPT_OUT.fullmatch(name) is not None


def is_denied(column: str, text: str) -> bool:
    """Whether a text in such a column says that somebody wants none. A no in one with a status may
    mean anything."""
    if not _says_yes_or_no(column):
        return is_unsubscribed(text)
    try:
        return is_subscribed(text) is False
    except ValueError:
        return False


@cache
def _says_yes_or_no(column: str) -> bool:
    name = without_accents(column)
    return name in usual_words("opt_in") or _OPT_IN.fullmatch(name) is not None
