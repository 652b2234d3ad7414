"""Run every benchmark: `python -m bench [--json]`."""

import subprocess
import sys

NAMES = ("sign", "qr_pdf", "languages", "store", "status_lists", "issue", "acknowledgements", "documents", "stats")


def main() -> None:
    """Run them one after the other, each in a process of its own, and stop at the first failure."""
    for module in (f"bench.bench_{name}" for name in NAMES):
        print(f"== {module}", flush=True)
        done = subprocess.run([sys.executable, "-m", module, *sys.argv[1:]], check=False)
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
