"""``python -m dmiso`` is the program ``dmiso``."""

from dmiso.cli.main import main

if __name__ == "__main__":
    main()
