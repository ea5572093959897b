"""Usual names of columns with phone numbers, by rank and language.

Collected from the exports of Google Contacts, Outlook, Thunderbird, HubSpot, Mailchimp, Pipedrive,
Salesforce, Zoho, Odoo and WooCommerce and their translations, and from the labels of mobile and
phone in Android's and iOS's contacts. Left out are words that mean something else elsewhere, as
`cep` (Turkish for mobile, a postal code in Brazil) and `hp`. Case, spaces, punctuation and accents
do not matter, nor does a number at the end (`Phone 2`).
"""

from functools import cache

from smsgw_cli.model import MOBILE_NUMBER
from smsgw_cli.tables.names import names_in

MOBILE = {
    "en": "mobile|mobile phone|mobile telephone|mobile phone number|mobile no|mobile tel|"
    "phone mobile|telephone mobile|tel mobile|primary mobile|personal mobile|work mobile|"
    "business mobile|cell|cell phone|cell phone number|cell number|cell no|cellular|"
    "cellular phone|phone cell|sms number|sms phone|sms phone number|msisdn",
    "de": "Handy|Handynummer|Handy-Nr|Handynr|Mobil|Mobilnummer|Mobil-Nr|Mobiltelefon|"
    "Mobiltelefonnummer|Mobilfunk|Mobilfunknummer|Mobilfunk-Nr|Mobilrufnummer|Mobile Rufnummer|"
    "Mobile Nummer|Mobiles Telefon|Telefon mobil|Tel mobil|Telefon Handy|Natel",
    "fr": "portable|téléphone mobile|téléphone portable|tél mobile|tél portable|GSM|numéro GSM|"
    "numéro mobile|numéro portable|numéro de mobile|numéro de portable|n° mobile|n° portable|"
    "n° de mobile|n° de portable|cellulaire|téléphone cellulaire",
    "es": "móvil|teléfono móvil|tel móvil|número móvil|número de móvil|nº móvil|celular|"
    "teléfono celular|tel celular|número celular|número de celular|nº celular|cel",
    "it": "cellulare|telefono cellulare|tel cellulare|numero cellulare|numero di cellulare|"
    "n cellulare|telefono mobile|telefonino",
    "pt": "telemóvel|número de telemóvel|nº de telemóvel|nº telemóvel|telefone celular|"
    "telefone móvel|tel celular|número do celular|nº do celular",
    "nl": "mobiel|mobiele telefoon|mobiel nummer|mobiele nummer|gsm nummer|gsm nr|telefoon mobiel",
    "pl": "komórka|telefon komórkowy|tel komórkowy|tel kom|numer komórki|nr komórki|"
    "numer telefonu komórkowego|numer komórkowy|telefon mobilny",
    "cs": "mobilní telefon|mobilní číslo|mobilní tel|telefon mobilní|číslo mobilu",
    "sk": "mobilný telefón|mobilné číslo|číslo mobilu",
    "hu": "mobilszám|mobiltelefonszám|mobil telefon|mobil szám",
    "ro": "telefon mobil|număr mobil|număr de mobil|nr mobil",
    "sv": "mobilnr|mobiltelefonnummer|mobil nummer",
    "da": "mobiltlf|mobil tlf|tlf mobil",
    "nb": "mobiltlf|mobil tlf|tlf mobil",
    "fi": "matkapuhelin|matkapuhelinnumero|kännykkä|kännykkänumero|puhelin matkapuhelin",
    "et": "mobiil|mobiiltelefon|mobiilinumber",
    "lv": "mobilais|mobilais tālrunis|mobilais telefons",
    "lt": "mobilus|mobilusis|mobilusis telefonas|mobilus telefonas|mob tel",
    "el": "κινητό|κινητό τηλέφωνο|αριθμός κινητού|τηλέφωνο κινητό",
    "tr": "cep telefonu|cep telefonu numarası|cep numarası|cep tel|cep no|gsm no|gsm numarası|"
    "mobil telefon",
    "ru": "мобильный|мобильный телефон|мобильный номер|номер мобильного|"
    "номер мобильного телефона|моб|моб тел|моб телефон|сотовый|сотовый телефон|"
    "номер сотового|телефон мобильный|телефон сотовый",
    "uk": "мобільний|мобільний телефон|мобільний номер|номер мобільного|"
    "номер мобільного телефону|моб тел|телефон мобільний",
    "bg": "мобилен|мобилен телефон|мобилен номер",
    "sr": "мобилни|мобилни телефон|mobilni|mobilni telefon|broj mobilnog",
    "hr": "mobitel|broj mobitela|mobilni broj",
    "sl": "mobilna številka|mobilni|gsm številka|številka mobitela",
    "ar": "الجوال|جوال|رقم الجوال|الهاتف الجوال|هاتف جوال|المحمول|الهاتف المحمول|هاتف محمول|"
    "رقم المحمول|رقم الهاتف المحمول|موبايل|الموبايل|رقم الموبايل|النقال|الهاتف النقال|رقم النقال",
    "fa": "موبایل|شماره موبایل|تلفن همراه|شماره همراه|شماره تلفن همراه",
    "ur": "موبائل|موبائل نمبر",
    "he": "נייד|טלפון נייד|מספר נייד|מס נייד|סלולרי|טלפון סלולרי|פלאפון",
    "hi": "मोबाइल|मोबाइल नंबर|मोबाइल नम्बर|मोबाइल फ़ोन|मोबाइल फोन|मोबाइल संख्या",
    "bn": "মোবাইল|মোবাইল নম্বর|মোবাইল ফোন",
    "zh": "手机|手机号|手机号码|移动电话|手機|手機號碼|行動電話|行動電話號碼|流動電話|手提電話",
    "ja": "携帯|携帯電話|携帯番号|携帯電話番号|ケータイ|モバイル",
    "ko": "휴대폰|휴대폰 번호|휴대전화|휴대전화 번호|핸드폰|핸드폰 번호|모바일",
    "id": "no hp|nomor hp|handphone|no handphone|nomor handphone|ponsel|no ponsel|nomor ponsel|"
    "telepon seluler|nomor seluler|no whatsapp",
    "ms": "telefon bimbit|no telefon bimbit|nombor telefon bimbit",
    "vi": "di động|điện thoại di động|số di động|số điện thoại di động|sđt di động",
    "th": "มือถือ|เบอร์มือถือ|โทรศัพท์มือถือ|เบอร์โทรศัพท์มือถือ|หมายเลขโทรศัพท์มือถือ",
}
PHONE = {
    "en": "phone|phone number|phone no|telephone|telephone number|telephone no|tel|tel number|"
    "tel no|primary phone|contact phone|billing phone",
    "de": "Telefon|Telefonnummer|Telefon-Nr|Telefonnr|Tel-Nr|Rufnummer|Fon",
    "fr": "téléphone|tél|numéro de téléphone|numéro téléphone|n° de téléphone|n° téléphone|n° tél",
    "es": "teléfono|número de teléfono|número teléfono|nº de teléfono|nº teléfono|fono",
    "it": "telefono|numero di telefono|numero telefono|n telefono|recapito telefonico",
    "pt": "telefone|número de telefone|número do telefone|nº de telefone|fone",
    "nl": "telefoon|telefoonnummer|telefoonnr|telefoon nr",
    "pl": "telefon|numer telefonu|nr telefonu|nr tel",
    "cs": "telefonní číslo|číslo telefonu|tel číslo",
    "sk": "telefón|telefónne číslo|číslo telefónu",
    "hu": "telefonszám",
    "ro": "număr de telefon|număr telefon|nr telefon|nr tel",
    "sv": "telefonnr|tfn|tel nummer",
    "da": "tlf|tlf nr|telefonnr",
    "nb": "tlf|tlf nr|telefonnr",
    "fi": "puhelin|puhelinnumero|puh",
    "et": "telefoninumber",
    "lv": "tālrunis|tālruņa numurs",
    "lt": "telefonas|telefono numeris",
    "el": "τηλέφωνο|αριθμός τηλεφώνου|τηλ",
    "tr": "telefon numarası|telefon no|tel no",
    "ru": "телефон|номер телефона|тел|контактный телефон|№ телефона",
    "uk": "номер телефону|контактний телефон",
    "bg": "телефонен номер",
    "sr": "број телефона|broj telefona",
    "sl": "telefonska številka",
    "ar": "هاتف|الهاتف|رقم الهاتف|تليفون|التليفون|تلفون|رقم التليفون",
    "fa": "تلفن|شماره تلفن|شماره تماس",
    "ur": "فون|فون نمبر",
    "he": "טלפון|מספר טלפון|מס טלפון",
    "hi": "फ़ोन|फोन|फ़ोन नंबर|फोन नंबर|दूरभाष",
    "bn": "ফোন|ফোন নম্বর",
    "zh": "电话|电话号码|联系电话|電話|電話號碼|聯絡電話",
    "ja": "電話番号",
    "ko": "전화|전화번호|연락처",
    "id": "telepon|nomor telepon|no telepon|no telp|telp|nomor telp",
    "ms": "no telefon|nombor telefon",
    "vi": "điện thoại|số điện thoại|sđt",
    "th": "โทรศัพท์|เบอร์โทร|เบอร์โทรศัพท์|หมายเลขโทรศัพท์",
}
NUMBER = {
    "en": "number|contact number|contact no",
    "de": "Nummer",
    "fr": "numéro",
    "es": "número",
    "pl": "numer",
    "tr": "numara",
    "ru": "номер",
    "zh": "号码|號碼",
    "ja": "番号",
    "ko": "번호",
}


@cache
def ranks() -> dict[str, int]:
    """The rank of each usual name, by its name without accents; 0 is the best."""
    tables = ({"en": MOBILE_NUMBER}, MOBILE, PHONE, NUMBER)
    found: dict[str, int] = {}
    for rank, table in enumerate(tables):
        for name in names_in(table.values()):
            found.setdefault(name, rank)
    return found
