"""What a careless or hostile client may send: framing, bad input, floods, ends and cancellations, over bare pipes.

usage: hostile.py PATH_TO_DEFERNO
"""

import hostile_calls
import hostile_framing
import hostile_load
from checks import Checks


def main():
    checks = Checks()
    for part in hostile_framing.PARTS + hostile_calls.PARTS + hostile_load.PARTS:
        if not checks.attempt(part, checks):
            break
    checks.finish()


if __name__ == "__main__":
    main()
