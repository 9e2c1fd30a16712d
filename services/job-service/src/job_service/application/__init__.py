"""What job-service does: one function per command, the queries, the policies that answer events, and the ports."""
