"""Use cases: one asynchronous function per command, queries, policies, and the ports they need."""
