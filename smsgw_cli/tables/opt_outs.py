"""Columns that say who opted out: they must not be imported as ordinary texts, nor overlooked."""

import re
from functools import cache

from smsgw_cli.tables.names import names_in, without_accents

# Salesforce: Do Not Call, Has Opted Out Of Email; HubSpot: Unsubscribed from all email; Zoho: SMS
# Opt Out; Odoo: Phone Blacklisted; Mailchimp: UNSUB_TIME. Names without spaces and punctuation.
_ENGLISH = re.compile(
    r"(?:is|has|was|sms|texts?|text|emails?|phone|mobile|calls?|marketing|mailing|newsletter|"
    r"global(?:ly)?|contact|customer|user)*"
    r"(?:opt(?:ed)?outs?|unsub(?:scribed?|scription)?|dnc|"
    r"(?:do|does)not(?:call|contact|sms|text|message|e?mail|disturb|phone)|"
    r"dont(?:call|contact|sms|text|message|e?mail|disturb|phone)|"
    r"no(?:sms|texts?|textmessages|calls|marketing|contact)|blacklist(?:ed)?|stopsms)"
    r"(?:of|from|for|all|emails?|sms|texts?|messages?|calls?|fax|marketing|at|on|date|time|flag|"
    r"status|list|registry)*"
)
_OTHERS = {
    "de": "abgemeldet|abbestellt|abmeldung|keine SMS|nicht kontaktieren|nicht anrufen|"
    "kein Kontakt|keine Werbung|Werbesperre|Kontaktsperre|Anrufsperre|SMS-Sperre|"
    "Werbewiderspruch|Sperrvermerk",
    "fr": "désabonné|désabonnement|désinscrit|désinscription|ne pas contacter|ne pas appeler|"
    "ne pas envoyer de SMS|pas de SMS|stop pub",
    "es": "dado de baja|de baja|desuscrito|no llamar|no contactar|no enviar SMS|no molestar|"
    "sin SMS",
    "it": "disiscritto|disiscrizione|non chiamare|non contattare|non disturbare|niente SMS",
    "pt": "descadastrado|descadastro|desinscrito|não ligar|não contatar|não contactar|"
    "não perturbe|não enviar SMS",
    "nl": "afgemeld|uitgeschreven|niet bellen|niet benaderen|niet contacteren|geen sms",
    "pl": "wypisany|wypisana|nie dzwonić|nie kontaktować|nie wysyłać SMS|rezygnacja",
    "cs": "odhlášen|odhlášeno|odhlášený|nevolat|nekontaktovat|neposílat SMS",
    "sk": "odhlásený|nevolať|nekontaktovať",
    "hu": "leiratkozott|leiratkozás|ne hívja|ne keresse",
    "ro": "dezabonat|dezabonare|nu sunați|nu contactați",
    "sv": "avregistrerad|avanmäld|avprenumererad|ring inte|kontakta inte|inga SMS",
    "da": "afmeldt|frameldt|ring ikke|kontakt ikke",
    "nb": "avmeldt|ikke ring|ikke kontakt",
    "fi": "markkinointikielto|suoramarkkinointikielto|ei saa soittaa|ei tekstiviestejä",
    "tr": "abonelikten çıktı|aramayın|iletişim kurmayın|sms istemiyor|sms gönderme",
    "ru": "отписан|отписался|отписка|не звонить|не беспокоить|не отправлять СМС|не контактировать",
    "uk": "відписаний|відписався|не дзвонити|не турбувати",
    "ar": "إلغاء الاشتراك|ألغى الاشتراك|لا تتصل|عدم الاتصال",
    "he": "הוסר|הסרה|לא להתקשר",
    "hi": "सदस्यता समाप्त|संपर्क न करें",
    "zh": "退订|已退订|取消订阅|请勿联系|勿扰|退訂|取消訂閱|請勿聯絡",
    "ja": "配信停止|購読解除|連絡不可|オプトアウト",
    "ko": "수신거부|수신 거부|구독취소|구독 취소",
    "id": "berhenti berlangganan|jangan hubungi|jangan telepon",
}


def is_opt_out(column: str) -> bool:
    """Whether a column of this name says who opted out."""
    name = without_accents(column)
    return name in _names() or _ENGLISH.fullmatch(name) is not None


@cache
def _names() -> frozenset[str]:
    return frozenset(names_in(_OTHERS.values()))
