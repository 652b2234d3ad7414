"""Run every benchmark: `python -m bench [--json]`."""

import subprocess
import sys

BENCHMARKS = ("bench.bench_sign", "bench.bench_qr_pdf", "bench.bench_store", "bench.bench_issue")


def main() -> None:
    """Run them one after the other, each in a process of its own, and stop at the first failure."""
    for module in BENCHMARKS:
        print(f"== {module}", flush=True)
        done = subprocess.run([sys.executable, "-m", module, *sys.argv[1:]], check=False)
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
