"""`pramaan templates`: list, check, preview, gallery."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO

import pypdfium2
import pytest
from PIL import Image

from credential.rendering import LANGUAGES, Layout, digest, load
from gateway.commands.templates.contact_sheet import contact_sheet
from tests.flow.commands import Run, runner

PATIENCE = 60
STATE = """
[[templates]]
version = 1
helpline = "104"
authority = { EN = "Sample State", TA = "மாதிரி மாநிலம்" }
"""
ONE_PAGE = STATE + 'layouts = ["domestic"]\nlanguages = ["EN"]\nstages = ["FINAL"]\nkinds = ["DOMESTIC"]\n'


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    return runner(monkeypatch, capsys, tmp_path / "data", {})


@pytest.fixture
def issuers(tmp_path: Path) -> Path:
    folder = tmp_path / "issuers"
    folder.mkdir()
    (folder / "state.toml").write_text(STATE, encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", ["list", "check", "preview", "gallery"])
def test_each_help_has_an_example(run: Run, command: str) -> None:
    done = run("templates", command, "--help")
    assert done.code == 0
    assert f"  pramaan templates {command}" in done.out


def test_list_has_every_template_with_the_digest_of_each_language(run: Run, issuers: Path) -> None:
    listed = {one["issuer"]: one for one in run("templates", "list", "--issuers", issuers, "--json").json}
    assert set(listed) == {"default", "state"}
    state = listed["state"]
    assert (state["version"], state["layouts"]) == (1, list(Layout))
    assert set(state["digests"]) == set(LANGUAGES)
    assert len({*state["digests"].values(), *listed["default"]["digests"].values()}) == 2 * len(LANGUAGES)
    (template,) = load(None).templates
    assert digest(template, "EN")[:12] in run("templates", "list").out


def test_check_finds_no_fault_in_what_is_bundled_and_counts_what_was_reviewed(run: Run) -> None:
    done = run("templates", "check", "--json")
    assert (done.code, done.json["faults"]) == (0, [])
    assert done.json["pages"] == 3 * len(LANGUAGES) + 1
    assert {one["language"] for one in done.json["strings"]} == set(LANGUAGES)
    assert all(0 <= one["reviewed"] <= one["strings"] for one in done.json["strings"])


def check_of(run: Run, issuers: Path, text: str) -> tuple[int, str]:
    (issuers / "state.toml").write_text(text, encoding="utf-8")
    done = run("templates", "check", issuers)
    assert "Traceback" not in done.err
    return done.code, done.err


def test_check_names_pages_without_a_template(run: Run, issuers: Path) -> None:
    code, said = check_of(run, issuers, ONE_PAGE)
    assert code == 1
    pages = len(LANGUAGES) * len(Layout) * 2 * 3
    assert f"state.toml: languages, layouts, kinds and stages: {pages - 1} of {pages} have no template, such as" in said
    assert said.count("Error:") == 1


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('slogan = { TAM = "x" }', "version 1, slogan: names no language: TAM. Use codes of these: AS,"),
        ('signatory = { EN = "\U00010330" }', "version 1, domestic, EN: is no PDF/A"),
        ('logo = "broken.svg"', "version 1, domestic, EN: cannot be rendered"),
        ('helplin = "1"', "unknown field `helplin`"),
        ('design = "v9"', "`design` must be one of v1"),
    ],
)
def test_check_names_the_file_and_the_remedy(run: Run, issuers: Path, more: str, message: str) -> None:
    (issuers / "broken.svg").write_text('<svg xmlns="urn:other"/>', encoding="utf-8")
    code, said = check_of(run, issuers, ONE_PAGE + more)
    assert code == 1
    assert "state.toml: " in said
    assert message in said


def test_preview_writes_what_the_name_asks_for(run: Run, issuers: Path, tmp_path: Path) -> None:
    options = ("--language", "ta", "--issuers", issuers, "--issuer", "state", "--out")
    assert run("templates", "preview", *options, tmp_path / "new" / "a.pdf").code == 0
    with pypdfium2.PdfDocument(tmp_path / "new" / "a.pdf") as document:
        assert "Sample State" in document[0].get_textpage().get_text_range()
    done = run("templates", "preview", "--layout", "card", *options, tmp_path / "card.png")
    assert all(name in done.out for name in ("card.png", "card-2.png", " ms, digest "))
    with Image.open(tmp_path / "card.png") as front, Image.open(tmp_path / "card-2.png") as back:
        assert front.size == back.size
        assert front.tobytes() != back.tobytes()
    assert run("templates", "preview", *options, tmp_path / "a.svg").code == 0
    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--language", "tam"], "ta (Tamil)"),
        (["--out", "page.docx"], ".pdf, .png, .svg"),
        (["--issuer", "nobody"], "Issuers with templates: default"),
        (["--version", "9"], "No template is for this page"),
        (["--layout", "poster"], "'domestic'"),
        (["--out", "/dev/null/page.pdf"], "choose a folder"),
    ],
)
def test_a_wrong_preview_is_told_the_remedy(run: Run, options: list[str], message: str) -> None:
    done = run("templates", "preview", *options)
    assert done.code == 2
    assert message in done.err
    assert "Traceback" not in done.err


@pytest.fixture
def watching(issuers: Path, tmp_path: Path) -> Iterator["Queue[str]"]:
    """Watch the issuers' folder in a process of its own; return what it prints, line by line."""
    options = f"--issuers={issuers}", "--issuer=state", f"--out={tmp_path / 'page.pdf'}"
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "templates", "preview", "--watch", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        text=True,
    )
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    reader = Thread(target=_collect, args=(process.stdout, lines))
    reader.start()
    yield lines
    process.terminate()
    process.wait()
    reader.join()
    process.stdout.close()


def _collect(stream: IO[str], lines: "Queue[str]") -> None:
    for line in stream:
        lines.put(line)


def until(lines: "Queue[str]", part: str) -> str:
    while part not in (line := lines.get(timeout=PATIENCE)):
        pass
    return line


def test_watch_renders_again_at_each_change_and_outlives_a_broken_file(
    watching: "Queue[str]", issuers: Path, tmp_path: Path
) -> None:
    until(watching, "rendered in")
    until(watching, "Watching")
    first = (tmp_path / "page.pdf").read_bytes()
    file = issuers / "state.toml"
    seen = ""
    for number in range(PATIENCE):  # what watches may need a moment before it sees the first change
        file.write_text("[[templates" + "\n" * number, encoding="utf-8")
        with suppress(Empty):
            seen = watching.get(timeout=1)
            break
    assert "state.toml changed" in seen
    until(watching, "Error: ")
    file.write_text(STATE.replace("104", "108"), encoding="utf-8")
    until(watching, "rendered in")
    assert (tmp_path / "page.pdf").read_bytes() != first


def test_the_gallery_has_each_page_as_pdf_and_png_and_a_contact_sheet(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = import_module("gateway.commands.templates.gallery")  # the package has a function of that name
    monkeypatch.setattr(gallery, "languages_of", lambda layout: ["EN"] if layout is Layout.CARD else ["EN", "UR"])
    done = run("templates", "gallery", "--out", tmp_path / "gallery")
    assert done.code == 0
    names = {file.name for file in (tmp_path / "gallery").iterdir()}
    assert {"ur-domestic.pdf", "ur-slip.png", "en-card.pdf", "en-card.png", "en-card-2.png"} <= names
    assert len(names) == 3 * 2 * 2 + 3 + 1
    assert "7 pages" in done.out


def test_the_contact_sheet_has_a_cell_for_each_language() -> None:
    target = io.BytesIO()
    Image.new("RGB", (100, 140), "#ff0000").save(target, "PNG")
    one = contact_sheet({"en-domestic.png": target.getvalue()})
    both = contact_sheet({"en-domestic.png": target.getvalue(), "ur-domestic.png": target.getvalue()})
    assert red_pixels(both) == 2 * red_pixels(one) > 0


def test_the_contact_sheet_has_a_cell_for_the_international_page() -> None:
    target = io.BytesIO()
    Image.new("RGB", (100, 140), "#ff0000").save(target, "PNG")
    one = contact_sheet({"en-domestic.png": target.getvalue()})
    both = contact_sheet({"en-domestic.png": target.getvalue(), "en-international.png": target.getvalue()})
    assert red_pixels(both) == 2 * red_pixels(one) > 0


def red_pixels(sheet: bytes) -> int:
    with Image.open(io.BytesIO(sheet)) as opened:
        return opened.convert("RGB").tobytes().count(bytes((255, 0, 0)))
