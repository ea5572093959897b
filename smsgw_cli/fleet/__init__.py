"""The fleet: what is known of phones, SIMs and sending servers, and whether it is well."""
