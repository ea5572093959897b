"""SMS as the network knows it: phone numbers, GSM-7, message parts, times."""
