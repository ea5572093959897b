"""Result codes of phones and of WhatsApp in plain words.

Android: the constants of `SmsManager` and, for USSD codes, of `TelephonyManager`, with their
values; those from 100 on are of the radio (RIL). 30 parts a minute is the limit of AOSP's
`SmsUsageMonitor`. Source: developer.android.com/reference/android/telephony. WhatsApp: codes and
titles of the Cloud API. Source: its documentation, "Error codes" (developers.facebook.com).
"""

RADIO_STARTING = "the phone's radio is off or starting"
REJECTED = "rejected by the mobile network"
SYSTEM = "error in the phone's system"
MODEM = "error in the phone's modem"
NETWORK = "error in the mobile network"
NO_SERVICE = "no service: the phone has no mobile network"
INVALID = "the phone refused the message as invalid"
NOT_READY = "the phone was not ready to send"
MEMORY = "the phone is out of memory"
ENCODING = "the phone could not encode the text"
CENTER = "the SIM has no valid number of a message center"
FORBIDDEN = "the phone or SIM may not send it"
RESOURCES = "the phone was too busy"
CANCELLED = "cancelled on the phone"
UNSUPPORTED = "the phone does not support it"
BLUETOOTH = "the phone sends through Bluetooth, which is not connected"
CALL = "blocked by a call on the phone"
SIM = "error of the SIM"
NO_SIM = "the phone has no active SIM"
LIMIT = "limit exceeded: more than 30 parts a minute on Android"

SMS = {
    "GENERIC_FAILURE": (1, "the phone or network gave no reason; often no credit"),
    "RADIO_OFF": (2, "the phone's radio is off: airplane mode"),
    "NULL_PDU": (3, ENCODING),
    "NO_SERVICE": (4, NO_SERVICE),
    "LIMIT_EXCEEDED": (5, LIMIT),
    "FDN_CHECK_FAILURE": (6, "the SIM may send to its fixed numbers (FDN) only"),
    "SHORT_CODE_NOT_ALLOWED": (7, "the user of the phone denied a premium short code"),
    "SHORT_CODE_NEVER_ALLOWED": (8, "the phone never sends to premium short codes"),
    "RADIO_NOT_AVAILABLE": (9, RADIO_STARTING),
    "NETWORK_REJECT": (10, REJECTED),
    "INVALID_ARGUMENTS": (11, INVALID),
    "INVALID_STATE": (12, NOT_READY),
    "NO_MEMORY": (13, MEMORY),
    "INVALID_SMS_FORMAT": (14, INVALID),
    "SYSTEM_ERROR": (15, SYSTEM),
    "MODEM_ERROR": (16, MODEM),
    "NETWORK_ERROR": (17, NETWORK),
    "ENCODING_ERROR": (18, ENCODING),
    "INVALID_SMSC_ADDRESS": (19, CENTER),
    "OPERATION_NOT_ALLOWED": (20, FORBIDDEN),
    "INTERNAL_ERROR": (21, SYSTEM),
    "NO_RESOURCES": (22, RESOURCES),
    "CANCELLED": (23, CANCELLED),
    "REQUEST_NOT_SUPPORTED": (24, UNSUPPORTED),
    "NO_BLUETOOTH_SERVICE": (25, BLUETOOTH),
    "INVALID_BLUETOOTH_ADDRESS": (26, BLUETOOTH),
    "BLUETOOTH_DISCONNECTED": (27, BLUETOOTH),
    "UNEXPECTED_EVENT_STOP_SENDING": (28, "denied by the user of the phone, who was asked"),
    "SMS_BLOCKED_DURING_EMERGENCY": (29, "blocked by an emergency call on the phone"),
    "SMS_SEND_RETRY_FAILED": (30, "failed again when the phone retried"),
    "REMOTE_EXCEPTION": (31, SYSTEM),
    "NO_DEFAULT_SMS_APP": (32, "the phone has no default app for SMS"),
    "USER_NOT_ALLOWED": (33, "the user of the phone may not send SMS"),
    "RIL_RADIO_NOT_AVAILABLE": (100, RADIO_STARTING),
    "RIL_SMS_SEND_FAIL_RETRY": (101, "the mobile network asks to try again later"),
    "RIL_NETWORK_REJECT": (102, REJECTED),
    "RIL_INVALID_STATE": (103, NOT_READY),
    "RIL_INVALID_ARGUMENTS": (104, INVALID),
    "RIL_NO_MEMORY": (105, MEMORY),
    "RIL_REQUEST_RATE_LIMITED": (106, "the phone sends too fast"),
    "RIL_INVALID_SMS_FORMAT": (107, INVALID),
    "RIL_SYSTEM_ERR": (108, SYSTEM),
    "RIL_ENCODING_ERR": (109, ENCODING),
    "RIL_INVALID_SMSC_ADDRESS": (110, CENTER),
    "RIL_MODEM_ERR": (111, MODEM),
    "RIL_NETWORK_ERR": (112, NETWORK),
    "RIL_INTERNAL_ERR": (113, MODEM),
    "RIL_REQUEST_NOT_SUPPORTED": (114, UNSUPPORTED),
    "RIL_INVALID_MODEM_STATE": (115, NOT_READY),
    "RIL_NETWORK_NOT_READY": (116, NO_SERVICE),
    "RIL_OPERATION_NOT_ALLOWED": (117, FORBIDDEN),
    "RIL_NO_RESOURCES": (118, RESOURCES),
    "RIL_CANCELLED": (119, CANCELLED),
    "RIL_SIM_ABSENT": (120, NO_SIM),
    "RIL_SIMULTANEOUS_SMS_AND_CALL_NOT_ALLOWED": (121, CALL),
    "RIL_ACCESS_BARRED": (122, "the mobile network bars the SIM from sending"),
    "RIL_BLOCKED_DUE_TO_CALL": (123, CALL),
    "RIL_GENERIC_ERROR": (124, "the phone's radio gave no reason"),
    "RIL_INVALID_RESPONSE": (125, MODEM),
    "RIL_SIM_PIN2": (126, "the SIM asks for its PIN2"),
    "RIL_SIM_PUK2": (127, "the SIM asks for its PUK2"),
    "RIL_SUBSCRIPTION_NOT_AVAILABLE": (128, NO_SIM),
    "RIL_SIM_ERROR": (129, SIM),
    "RIL_INVALID_SIM_STATE": (130, SIM),
    "RIL_NO_SMS_TO_ACK": (131, MODEM),
    "RIL_SIM_BUSY": (132, "the SIM was busy"),
    "RIL_SIM_FULL": (133, "the memory of the SIM is full"),
    "RIL_NO_SUBSCRIPTION": (134, NO_SIM),
    "RIL_NO_NETWORK_FOUND": (135, NO_SERVICE),
    "RIL_DEVICE_IN_USE": (136, "the phone's modem was in use"),
    "RIL_ABORTED": (137, CANCELLED),
}
"""Value and words by constant, without RESULT_ and ERROR_."""

BY_NAME = {
    "MMS_ERROR_UNSPECIFIED": "the MMS could not be sent; the phone gave no reason",
    "MMS_ERROR_INVALID_APN": "the access point (APN) for MMS is not set up on the phone",
    "MMS_ERROR_UNABLE_CONNECT_MMS": "the phone cannot reach the MMS center",
    "MMS_ERROR_HTTP_FAILURE": "the MMS center refused it",
    "MMS_ERROR_IO_ERROR": "the attachment could not be read or sent",
    "MMS_ERROR_RETRY": "the MMS center asks to try again later",
    "MMS_ERROR_CONFIGURATION_ERROR": "MMS is not set up on the phone",
    "MMS_ERROR_NO_DATA_NETWORK": "the phone has no mobile data, which MMS needs",
    "MMS_ERROR_INVALID_SUBSCRIPTION_ID": NO_SIM,
    "MMS_ERROR_INACTIVE_SUBSCRIPTION": NO_SIM,
    "MMS_ERROR_DATA_DISABLED": "mobile data, which MMS needs, is off on the phone",
    "MMS_ERROR_MMS_DISABLED_BY_CARRIER": "the operator of the SIM has no MMS",
    "USSD_RETURN_FAILURE": "the mobile network did not carry out the code",
    "USSD_ERROR_SERVICE_UNAVAIL": NO_SERVICE,
}

TOO_FAST_META = "WhatsApp: too many messages in a short time"
BUSINESS_LOCKED = "WhatsApp: the business account is restricted"
UNKNOWN_META = "WhatsApp: unknown error at Meta"
TEMPLATE_VALUES = "WhatsApp: the values do not match the template"
WHATSAPP = {
    4: ("Application request limit reached", TOO_FAST_META),
    10: ("Permission denied", "WhatsApp: the token has no permission for this"),
    190: ("Access token has expired", "WhatsApp: the access token has expired"),
    368: ("Temporarily blocked for policies violations", BUSINESS_LOCKED),
    80007: ("Rate limit issues", TOO_FAST_META),
    130429: ("Rate limit hit", TOO_FAST_META),
    130472: ("User's number is part of an experiment", "WhatsApp: held back by Meta's experiments"),
    130497: (
        "Business account is restricted from messaging users in this country",
        "WhatsApp: the business may not send to this country",
    ),
    131000: ("Something went wrong", UNKNOWN_META),
    131005: ("Access denied", "WhatsApp: the token has no permission for this"),
    131008: ("Required parameter is missing", TEMPLATE_VALUES),
    131009: ("Parameter value is not valid", TEMPLATE_VALUES),
    131016: ("Service unavailable", "WhatsApp: Meta's service is down"),
    131021: ("Recipient cannot be sender", "WhatsApp: sender and recipient are the same"),
    131026: (
        "Message undeliverable",
        "WhatsApp: the recipient has no WhatsApp, an old one, or blocks it",
    ),
    131031: ("Account has been locked", BUSINESS_LOCKED),
    131037: (
        "WhatsApp provided number needs display name approval before message can be sent",
        "WhatsApp: the display name is not approved yet",
    ),
    131042: ("Business eligibility payment issue", "WhatsApp: no valid payment method at Meta"),
    131045: ("Incorrect certificate", "WhatsApp: the sender's number is not registered"),
    131047: (
        "Re-engagement message",
        "WhatsApp: no reply in 24 hours, so only a template can be sent",
    ),
    131048: ("Spam rate limit hit", "WhatsApp: too many messages were blocked or reported as spam"),
    131049: (
        "Meta chose not to deliver",
        "WhatsApp: the recipient gets too much marketing; try again tomorrow",
    ),
    131050: (
        "User has stopped receiving marketing messages",
        "WhatsApp: the recipient opted out of marketing",
    ),
    131051: ("Unsupported message type", "WhatsApp: this kind of message is not supported"),
    131052: ("Media download error", "WhatsApp: the attachment could not be downloaded"),
    131053: ("Media upload error", "WhatsApp: the attachment could not be uploaded"),
    131056: (
        "Business Account, Consumer Account pair rate limit hit",
        "WhatsApp: too many messages to this recipient in a short time",
    ),
    131057: ("Account in maintenance mode", "WhatsApp: the business account is in maintenance"),
    132000: ("Template param count mismatch", TEMPLATE_VALUES),
    132001: ("Template does not exist", "WhatsApp: no approved template with this name, language"),
    132005: ("Template hydrated text too long", "WhatsApp: the filled template is too long"),
    132007: (
        "Template format character policy violated",
        "WhatsApp: the template breaks Meta's policy",
    ),
    132012: ("Template parameter format mismatch", TEMPLATE_VALUES),
    132015: ("Template is paused", "WhatsApp: the template is paused for its low quality"),
    132016: ("Template is disabled", "WhatsApp: the template is disabled for its low quality"),
    133010: ("Phone number not registered", "WhatsApp: the sender's number is not registered"),
}
"""Title and words by code."""
