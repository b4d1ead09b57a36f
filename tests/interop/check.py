"""Tokens of PyJWT go in, tokens made here are read by PyJWT. See `run`."""

import argparse
import platform
import random
import sys
from pathlib import Path

import jwt

import module
import pairs
from harness import Crate, Tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=Path, required=True, help="folder of the built examples")
    parser.add_argument("--seed", type=int, help="for the same samples again")
    parser.add_argument("--pairs", type=int, default=500)
    options = parser.parse_args()
    seed = random.SystemRandom().getrandbits(32) if options.seed is None else options.seed
    print(f"seed {seed}, PyJWT {jwt.__version__}, Python {platform.python_version()}")

    rng = random.Random(seed)
    tally = Tally()
    with Crate(options.examples) as crate:
        steps = [
            (f"{options.pairs} pairs each way", pairs.both_ways, (rng, options.pairs)),
            ("what PyJWT signs and the crate refuses", pairs.refused_edges, ()),
            ("the Python module's tokens, read here", module.module_tokens, (rng,)),
            ("tokens made here, read by the Python module", module.crate_tokens, (rng,)),
            ("what the examples print", module.example_output, ()),
        ]
        for title, step, arguments in steps:
            passed, failed = tally.passed, tally.failed
            step(tally, crate, *arguments)
            print(f"{title}: {tally.passed - passed} passed, {tally.failed - failed} failed")
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
