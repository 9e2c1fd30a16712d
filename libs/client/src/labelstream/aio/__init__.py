"""The asynchronous client. `labelstream.blocking` is generated from these modules and has the same names."""
