"""What the service does: one async function per command, queries, policies, and the ports they need."""
