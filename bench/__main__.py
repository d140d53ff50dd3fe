"""Run benchmarks by name: python -m bench [relay] [sandbox] [footprint] [community]; or all."""

from __future__ import annotations

import asyncio
import sys

from bench import community, footprint, relay, sandbox

BENCHES = {
    "relay": relay.main,
    "sandbox": sandbox.main,
    "footprint": footprint.main,
    "community": community.main,
}


def main() -> int:
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHES)}.")
        return 2
    for name in names:
        asyncio.run(BENCHES[name]())
    return 0


if __name__ == "__main__":
    sys.exit(main())
