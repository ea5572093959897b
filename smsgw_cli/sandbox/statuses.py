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

SENT_AT = "CASE WHEN sent_at <= :now THEN sent_at END"
"""When a message left or a code was dialled, null before: the column has that time in advance (or
the time of its run, with the key sent_at=early)."""

# As the vendor's manual names and explains them (smsgateway.rbsoft.org/docs/campaign.html); the
# reference shows Processed and gives no list. Completed says nothing about failures; a new run
# starts over.
CAMPAIGN_STATUSES = ("Queued", "Processing", "Processed", "Scheduled", "Completed")
CAMPAIGN_STATUS = """
    CASE
        WHEN queued_at IS NULL AND :now >= created_at + 1000 THEN 'Scheduled'
        WHEN queued_at IS NULL OR :now < queued_at THEN 'Queued'
        WHEN :now < processed_at THEN 'Processing'
        WHEN :now < done_at THEN 'Processed'
        ELSE 'Completed'
    END
"""
