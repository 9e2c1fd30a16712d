"""Benchmarks, each beside its floor: the same work by the bare driver, in the same run, on the same servers."""
