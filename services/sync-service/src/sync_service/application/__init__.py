"""What can be done with datasets and samples: one async function per command, queries, and the ports they need."""
