"""What became of the rows of a mailing, as its results file says; values that do not change."""

ACCEPTED, REFUSED, UNKNOWN, NOT_SENT, LEFT_OUT = (
    "accepted",
    "refused",
    "unknown",
    "not sent",
    "left out",
)
# Of sends that are made again in another form, after those that are pending.
PUT_OFF, TOO_LARGE = "put off", "too large"
