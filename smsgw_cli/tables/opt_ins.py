"""Columns that say who wants messages, as those who do not must not be overlooked."""

import re
from functools import cache

from smsgw_cli.model import SUBSCRIBED
from smsgw_cli.tables.booleans import is_subscribed, is_unsubscribed
from smsgw_cli.tables.names import names_in, without_accents

# HubSpot: Opted-in; Shopify: Accepts SMS Marketing; Klaviyo: SMS Consent; Brevo: SMS subscribed;
# Active Campaign: Subscription status. No e-mail: who wants none may want SMS. Nor dates, which say
# since when. Names without spaces and punctuation.
_ENGLISH = re.compile(
    r"(?:is|has|was|sms|texts?|phone|mobile|marketing|contact|customer|user|member)*"
    r"(?:opt(?:ed)?in|subscribed|consent(?:ed)?|permission|newsletter|cantext|cansms|"
    r"(?:accepts?|allows?|receives?|wants?)(?:sms|texts?|messages?|marketing))"
    r"(?:to|of|for|all|sms|texts?|messages?|marketing|newsletter|flag|status)*"
)
_STATUS = re.compile(
    r"(?:sms|texts?|phone|mobile|marketing|contact|customer|user|member|subscri(?:ption|ber))*"
    r"(?:status|state|subscription)"
)
_OTHERS = {
    "de": "abonniert|angemeldet|Einwilligung|Werbeeinwilligung|Zustimmung|SMS erlaubt|"
    "Werbung erlaubt|Kontakt erlaubt",
    "fr": "abonné|abonnée|inscrit|consentement|accepte SMS|accepte les SMS|infolettre",
    "es": "suscrito|suscripción|consentimiento|acepta SMS|boletín",
    "it": "iscritto|iscrizione|consenso|consenso SMS|consenso marketing|accetta SMS",
    "pt": "inscrito|consentimento|aceita SMS|assinante",
    "nl": "geabonneerd|ingeschreven|aangemeld|toestemming|nieuwsbrief",
    "pl": "zapisany|zapisana|zgoda|zgoda na SMS|zgoda marketingowa|subskrypcja",
    "cs": "přihlášen|odběr|souhlas",
    "sk": "prihlásený|odber|súhlas",
    "hu": "feliratkozott|hozzájárulás|hírlevél",
    "ro": "abonat|consimțământ",
    "sv": "prenumererar|prenumerant|samtycke|nyhetsbrev",
    "da": "tilmeldt|abonnerer|samtykke|nyhedsbrev",
    "nb": "påmeldt|abonnerer|samtykke|nyhetsbrev",
    "fi": "suostumus|markkinointilupa|uutiskirje",
    "tr": "abone|izin|onay",
    "ru": "подписан|подписка|согласие|рассылка",
    "uk": "підписаний|підписка|згода",
    "zh": "订阅|已订阅|訂閱",
    "ja": "購読|オプトイン",
    "ko": "구독|수신동의",
}


def is_opt_in(column: str) -> bool:
    """Whether a column of this name may say who wants messages; `subscribed` itself always does."""
    name = without_accents(column)
    is_status = _STATUS.fullmatch(name) is not None
    return name != SUBSCRIBED and (is_status or _says_yes_or_no(column))


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
    return name in _names() or _ENGLISH.fullmatch(name) is not None


@cache
def _names() -> frozenset[str]:
    return frozenset(names_in(_OTHERS.values()))
