"""The rules of labeling jobs: plain values and functions, no I/O, no clock."""
