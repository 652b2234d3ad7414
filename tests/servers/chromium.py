"""Debian's Chromium, driven by Playwright; the project downloads no browser."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

OPTIONS = [
    "--no-sandbox",  # root has none
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def camera(film: Path) -> list[str]:
    """Return the options of a browser whose camera, allowed to every page, sees a film (.mjpeg) again and again."""
    return [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]


def find_chromium() -> Path | None:
    """Return Chromium from PATH or from CHROMIUM; None if nowhere."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    return Path(found) if found else None


@contextmanager
def chromium(binary: Path, *more: str) -> Iterator[Browser]:
    """Run a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(binary), args=[*OPTIONS, *more])
        try:
            yield browser
        finally:
            browser.close()
