"""What is printed: data on stdout in the format asked for, everything else on stderr."""
