"""`python -m assistant` is the program `plainclause`."""

from assistant.surfaces.cli.main import main

if __name__ == "__main__":
    main()
