"""Result codes of phones and of WhatsApp in plain words.

Android: the constants of `SmsManager` and, for USSD codes, of `TelephonyManager`, with their
values; those from 100 on are of the radio (RIL). 30 parts a minute is the limit of AOSP's
`SmsUsageMonitor`. Source: developer.android.com/reference/android/telephony. WhatsApp: codes and
titles of the Cloud API. Source: its documentation, "Error codes" (developers.facebook.com).
"""

RADIO_STARTING = "radio off or starting"
REJECTED = "rejected by the mobile network"
SYSTEM = "system error of the phone"
MODEM = "modem error of the phone"
NETWORK = "error in the mobile network"
NO_SERVICE = "no service: the phone has no mobile network"
INVALID = "invalid: the phone refused the message"
NOT_READY = "not ready: the phone could not send yet"
MEMORY = "phone out of memory"
ENCODING = "text cannot be encoded by the phone"
CENTER = "no message center number on the SIM"
FORBIDDEN = "not allowed by the phone or SIM"
RESOURCES = "phone too busy"
CANCELLED = "cancelled on the phone"
UNSUPPORTED = "not supported by the phone"
BLUETOOTH = "phone sends over Bluetooth, which is not connected"
CALL = "blocked by a call on the phone"
SIM = "SIM error"
NO_SIM = "no active SIM in the phone"
LIMIT = "limit exceeded: more than 30 parts a minute on Android"

SMS = {
    "GENERIC_FAILURE": (1, "no reason given by phone or network; often no credit"),
    "RADIO_OFF": (2, "radio off: airplane mode"),
    "NULL_PDU": (3, ENCODING),
    "NO_SERVICE": (4, NO_SERVICE),
    "LIMIT_EXCEEDED": (5, LIMIT),
    "FDN_CHECK_FAILURE": (6, "fixed dialing (FDN): the SIM may send to its own list only"),
    "SHORT_CODE_NOT_ALLOWED": (7, "premium short code denied on the phone"),
    "SHORT_CODE_NEVER_ALLOWED": (8, "premium short codes are never allowed on the phone"),
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
    "UNEXPECTED_EVENT_STOP_SENDING": (28, "denied by the user of the phone"),
    "SMS_BLOCKED_DURING_EMERGENCY": (29, "blocked by an emergency call on the phone"),
    "SMS_SEND_RETRY_FAILED": (30, "failed again when the phone retried"),
    "REMOTE_EXCEPTION": (31, SYSTEM),
    "NO_DEFAULT_SMS_APP": (32, "no default app for SMS on the phone"),
    "USER_NOT_ALLOWED": (33, "not allowed for the user of the phone"),
    "RIL_RADIO_NOT_AVAILABLE": (100, RADIO_STARTING),
    "RIL_SMS_SEND_FAIL_RETRY": (101, "try again later, says the mobile network"),
    "RIL_NETWORK_REJECT": (102, REJECTED),
    "RIL_INVALID_STATE": (103, NOT_READY),
    "RIL_INVALID_ARGUMENTS": (104, INVALID),
    "RIL_NO_MEMORY": (105, MEMORY),
    "RIL_REQUEST_RATE_LIMITED": (106, "too fast for the phone's radio"),
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
    "RIL_ACCESS_BARRED": (122, "barred: the mobile network does not let the SIM send"),
    "RIL_BLOCKED_DUE_TO_CALL": (123, CALL),
    "RIL_GENERIC_ERROR": (124, "no reason given by the phone's radio"),
    "RIL_INVALID_RESPONSE": (125, MODEM),
    "RIL_SIM_PIN2": (126, "PIN2 needed by the SIM"),
    "RIL_SIM_PUK2": (127, "PUK2 needed by the SIM"),
    "RIL_SUBSCRIPTION_NOT_AVAILABLE": (128, NO_SIM),
    "RIL_SIM_ERROR": (129, SIM),
    "RIL_INVALID_SIM_STATE": (130, SIM),
    "RIL_NO_SMS_TO_ACK": (131, MODEM),
    "RIL_SIM_BUSY": (132, "SIM busy"),
    "RIL_SIM_FULL": (133, "SIM memory full"),
    "RIL_NO_SUBSCRIPTION": (134, NO_SIM),
    "RIL_NO_NETWORK_FOUND": (135, NO_SERVICE),
    "RIL_DEVICE_IN_USE": (136, "modem of the phone in use"),
    "RIL_ABORTED": (137, CANCELLED),
}
"""Value and words by constant, without RESULT_ and ERROR_."""

BY_NAME = {
    "MMS_ERROR_UNSPECIFIED": "no reason given for the MMS by the phone",
    "MMS_ERROR_INVALID_APN": "MMS access point (APN) not set up on the phone",
    "MMS_ERROR_UNABLE_CONNECT_MMS": "MMS center unreachable",
    "MMS_ERROR_HTTP_FAILURE": "MMS center refused it",
    "MMS_ERROR_IO_ERROR": "attachment not readable or not sent",
    "MMS_ERROR_RETRY": "try again later, says the MMS center",
    "MMS_ERROR_CONFIGURATION_ERROR": "MMS is not set up on the phone",
    "MMS_ERROR_NO_DATA_NETWORK": "no mobile data, which MMS needs",
    "MMS_ERROR_INVALID_SUBSCRIPTION_ID": NO_SIM,
    "MMS_ERROR_INACTIVE_SUBSCRIPTION": NO_SIM,
    "MMS_ERROR_DATA_DISABLED": "mobile data is off, but MMS needs it",
    "MMS_ERROR_MMS_DISABLED_BY_CARRIER": "MMS not supported by the SIM's operator",
    "USSD_RETURN_FAILURE": "not carried out by the mobile network",
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
        "WhatsApp: the recipient has no WhatsApp, an old version, or blocked it",
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
