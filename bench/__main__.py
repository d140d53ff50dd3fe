"""Run benchmarks by name: python -m bench [relay] [sandbox] [footprint] [community] …; or all.

One alone may have arguments: python -m bench quality FILE.tsv --direction zh-en.
"""

from __future__ import annotations

import asyncio
import sys

from bench import community, doubt, footprint, quality, relay, sandbox, translate

BENCHES = {
    "relay": relay.main,
    "sandbox": sandbox.main,
    "footprint": footprint.main,
    "community": community.main,
    "quality": quality.main,
    "doubt": doubt.main,
    "translate": translate.main,
}
WITH_ARGUMENTS = {"quality": quality.main, "translate": translate.main}


def main() -> int:
    names = sys.argv[1:] or list(BENCHES)
    if names[0] in WITH_ARGUMENTS:
        return asyncio.run(WITH_ARGUMENTS[names[0]](names[1:]))
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHES)}.")
        return 2
    return max(asyncio.run(BENCHES[name]()) or 0 for name in names)


if __name__ == "__main__":
    sys.exit(main())
