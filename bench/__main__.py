"""`python -m bench NAME ...`: each measurement is a module of this folder with a `main(arguments)`."""

import sys
from importlib import import_module

NAMES = ("cases", "delivery")


def main() -> int:
    """Runs the measurement named first, with the arguments after it."""
    name, *arguments = sys.argv[1:] or [""]
    if name not in NAMES:
        print(f"python -m bench NAME ...  (one of: {', '.join(NAMES)})", file=sys.stderr)
        return 2
    return int(import_module(f"bench.{name}").main(arguments) or 0)


if __name__ == "__main__":
    sys.exit(main())
