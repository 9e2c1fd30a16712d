"""What tests share: backing services, waiting, and the checker of the promises."""
