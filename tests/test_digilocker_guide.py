"""The example of docs/digilocker.md runs as it stands: curl asks, openssl makes the header."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from backends.settings import Settings
from gateway.app import create_app
from tests.servers.http import served
from tests.servers.missing import missing

KEY = "sample-hmac-key"


def test_the_example(project: Path, tmp_path: Path) -> None:
    for name in ("curl", "openssl"):
        _ = shutil.which(name) or missing(name, f"install the Debian package {name}")
    bash = shutil.which("bash")
    assert bash
    guide = (project / "docs" / "digilocker.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```sh\n(.*?)```", guide, re.DOTALL)
    settings = Settings.from_environment(
        {"PRAMAAN_DATA_DIR": str(tmp_path / "data"), "PRAMAAN_DIGILOCKER_HMAC_KEY": KEY}
    )
    answers = []
    with served(create_app(settings)) as address:
        for key in (KEY, "another-hmac-key"):
            environment = {**os.environ, "URL": address, "HMAC_KEY": key}
            done = subprocess.run([bash, "-ec", example], env=environment, capture_output=True, check=True)
            answers.append(done.stdout.decode())
    assert 'Status="0" ts="2021-06-01T10:00:00+05:30" txn="1" code="NOT_FOUND"' in answers[0]
    assert 'code="UNAUTHENTICATED"' in answers[1]
