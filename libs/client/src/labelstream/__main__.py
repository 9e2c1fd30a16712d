"""`python -m labelstream`: the command line."""

from labelstream.cli import main

if __name__ == "__main__":
    main()
