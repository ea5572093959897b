"""A campaign's messages counted one by one, in little memory. Pure."""
