"""Measure: `python -m bench delivery [latency] [drain] [old] [dead]`."""

import argparse
import asyncio

from bench.delivery import SCENES, Plan, run
from bench.fleet import Machinery


def main() -> None:
    """Measure what is asked for, with everything else at its usual size."""
    usual = Plan()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", choices=["delivery"])
    parser.add_argument("scenes", nargs="*", help=f"of {', '.join(SCENES)}; all of them if none is named")
    parser.add_argument("--subscribers", type=int, nargs="+", default=usual.subscribers)
    parser.add_argument("--idle-events", type=int, default=usual.idle_events)
    parser.add_argument("--rate", type=float, default=usual.rate, help="events a second")
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="for so long at that rate")
    parser.add_argument("--drain", type=int, default=usual.drain, help="deliveries in a backlog")
    parser.add_argument("--old", type=int, default=usual.old, help="deliveries of long ago")
    parser.add_argument("--repeat", type=int, default=usual.repeat)
    asked = vars(parser.parse_args())
    del asked["what"]
    scenes = asked.pop("scenes") or list(SCENES)
    if unknown := set(scenes) - SCENES.keys():
        parser.error(f"no such scene: {', '.join(sorted(unknown))}")
    asyncio.run(run(scenes, Plan(**asked), Machinery.start()))


if __name__ == "__main__":
    main()
