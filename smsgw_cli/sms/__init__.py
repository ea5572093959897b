"""SMS basics: phone numbers, GSM-7, message parts, times."""
