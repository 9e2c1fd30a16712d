"""The rules about people: plain values and functions, no I/O, no clock, no random ids."""
