"""Takes every step of docs/MIGRATION.md. See `run`."""

import argparse
import random
import re
import sys
import warnings
from pathlib import Path

import jwt

import page
from intruders import Watch
from journey import Journey
from mistakes import all_mistakes
from others import all_others
from services import Process


def journeys(process: Process, rng: random.Random):
    for sessions in (True, False):
        journey, watch = Journey(process, sessions, rng), Watch()
        journey.run(watch)
        name = "with sessions" if sessions else "without sessions"
        print(
            f"all steps {name}: {len(journey.browsers)} users, {journey.checks} requests and "
            f"{journey.refreshes} refreshes, nobody is out; {journey.agains} tried again; "
            f"{watch.refused} intruders refused, {watch.passed} known to pass"
        )
        # A run in which a kind of thing never happens shows nothing about it.
        assert journey.refreshes > 500 and watch.refused > 100, "too little happened"
        assert (journey.agains > 0) == sessions, "step 8 was never seen"


def mistakes(process: Process):
    made = all_mistakes(process)
    for name, (got, expected) in made.items():
        assert got == expected, f"{name}: expected {expected!r}, got {got!r}"
    section = page.PAGE.read_text().split("### What logs people out")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \|", section, re.M)[2:]
    for row in rows:
        tried = any(row.startswith(name) for name in made) or row == "an audience at step 6"
        assert tried, f"the page warns of {row!r}, which is not tried"
    print(f"{len(made)} mistakes, each does what the page says")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rust", type=Path, required=True, help="the program of migration-test")
    parser.add_argument("--seed", type=int, help="for the same users again")
    parser.add_argument("--node-modules", type=Path, help="where Node's jsonwebtoken is")
    options = parser.parse_args()
    seed = random.SystemRandom().getrandbits(32) if options.seed is None else options.seed
    print(f"seed {seed}, PyJWT {jwt.__version__}")
    # The page begins with a secret that is too short.
    warnings.filterwarnings("ignore", category=jwt.warnings.InsecureKeyLengthWarning)
    process = Process(options.rust)
    try:
        journeys(process, random.Random(seed))
        mistakes(process)
        all_others(process, options.node_modules)
    finally:
        process.close()
    print("docs/MIGRATION.md: every step was taken")


if __name__ == "__main__":
    sys.exit(main())
