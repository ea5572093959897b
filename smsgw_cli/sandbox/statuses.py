"""Statuses as SQL: what a row's moments say at `:now`, so that filters and counts are plain SQL."""

MESSAGE_STATUSES = ("Pending", "Queued", "Processed", "Sent", "Delivered", "Failed", "Received")
USSD_STATUSES = ("Pending", "Queued", "Completed", "Failed")

MESSAGE_STATUS = """
    CASE
        WHEN outcome = 'Received' THEN 'Received'
        WHEN :now < queued_at THEN 'Pending'
        WHEN :now < processed_at THEN 'Queued'
        WHEN :now < transmitted_at THEN 'Processed'
        WHEN :now < done_at THEN 'Sent'
        ELSE outcome
    END
"""

USSD_STATUS = """
    CASE WHEN :now < queued_at THEN 'Pending' WHEN :now < done_at THEN 'Queued' ELSE outcome END
"""

# The reference shows Processed and Sent, and has no list: a campaign goes as its messages do.
# Its last status is Sent, also when some of the messages failed; a new run begins anew.
CAMPAIGN_STATUS = """
    CASE
        WHEN queued_at IS NULL OR :now < queued_at THEN 'Pending'
        WHEN :now < processed_at THEN 'Queued'
        WHEN :now < done_at THEN 'Processed'
        ELSE 'Sent'
    END
"""
