"""Statuses as SQL expressions over a row's times and `:now`, usable in filters and counts."""

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

# The reference shows Processed and Sent but does not list all: a campaign follows its messages.
# Its final status is Sent even if some messages failed; a new run starts over.
CAMPAIGN_STATUS = """
    CASE
        WHEN queued_at IS NULL OR :now < queued_at THEN 'Pending'
        WHEN :now < processed_at THEN 'Queued'
        WHEN :now < done_at THEN 'Processed'
        ELSE 'Sent'
    END
"""
