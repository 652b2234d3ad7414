"""Guides as tests: the commands of a page's `sh` blocks run as they stand there, and print what the page shows."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.servers.missing import missing

_BETWEEN = "\x1e"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$(?:\n+^```(?:text|json)\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[tuple[str, str]]:
    """Return each block of commands, and the output that the page shows right behind it, empty where it shows none."""
    return _BLOCK.findall(page)


def run(blocks: Sequence[str], environment: Mapping[str, str], directory: Path) -> list[str]:
    """Run blocks one after another in one shell, which ends at the first failure; return what each printed."""
    bash = shutil.which("bash") or missing("bash", "install the Debian package bash")
    script = f"\nprintf '{_BETWEEN}'\n".join(blocks).replace(".venv/bin/pramaan", f"{sys.executable} -m gateway.cli")
    with subprocess.Popen(
        [bash, "-ec", script],
        env={**os.environ, **environment},
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as shell:
        out, err = (stream.decode() for stream in shell.communicate())
        if shell.returncode:
            os.killpg(shell.pid, signal.SIGKILL)  # what it left in the background
    printed = out.split(_BETWEEN)
    assert shell.returncode == 0, f"{blocks[len(printed) - 1]}\n{out[-2000:]}\n{err[-2000:]}"
    return printed


def fits(printed: str, shown: str) -> bool:
    """Tell whether something printed is what a page shows: spaces do not count, and `...` stands for anything."""
    squeezed = ["".join(text.split()) for text in (printed, shown)]
    return re.fullmatch(".*".join(map(re.escape, squeezed[1].split("..."))), squeezed[0]) is not None
