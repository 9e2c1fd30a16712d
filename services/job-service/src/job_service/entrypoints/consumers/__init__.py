"""Events that job-service follows, each turned into a command and nothing more."""
