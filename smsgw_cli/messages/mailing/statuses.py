"""Statuses of rows in the results file of a mailing; the values do not change."""

ACCEPTED, REFUSED, UNKNOWN, NOT_SENT, LEFT_OUT = (
    "accepted",
    "refused",
    "unknown",
    "not sent",
    "left out",
)
# Of sends that are made again in another form, after those that are pending.
PUT_OFF, TOO_LARGE = "put off", "too large"
