"""The rules of datasets, their samples and what synchronization decides: plain values and functions."""
