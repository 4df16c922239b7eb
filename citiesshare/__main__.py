"""``python -m citiesshare``: the command line."""

from citiesshare.cli import main

if __name__ == "__main__":
    main()
