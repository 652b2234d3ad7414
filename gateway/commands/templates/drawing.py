"""A sample page written as the file that its name asks for: PDF, PNG or SVG."""

from collections.abc import Callable, Mapping
from pathlib import Path

from credential.certificate import Stage
from credential.errors import BadUserInput
from credential.rendering import Layout, Template, render_pdf, render_png, render_svg
from credential.sample import sample

Render = Callable[..., bytes]
_PICTURES: Mapping[str, Render] = {".png": render_png, ".svg": render_svg}
SUFFIXES = (".pdf", *_PICTURES)


def check_suffix(out: Path) -> None:
    """Raise BadUserInput for a file name that asks for no known form."""
    if out.suffix.lower() not in SUFFIXES:
        raise BadUserInput(f"--out must end in one of {', '.join(SUFFIXES)}.", ("out",))


def files_of(out: Path, layout: Layout) -> list[Path]:
    """Return the files that a page becomes: the second face of a card is a picture of its own, such as card-2.png."""
    if layout is Layout.CARD and out.suffix.lower() in _PICTURES:
        return [out, out.with_stem(f"{out.stem}-2")]
    return [out]


def draw(
    template: Template, out: Path, *, language: str, layout: Layout, stage: Stage = Stage.FINAL
) -> dict[Path, bytes]:
    """Return the sample page's files by their paths. Raises BadUserInput for an unknown language or form."""
    check_suffix(out)
    certificate = sample(template, language=language, layout=layout, stage=stage)
    picture = _PICTURES.get(out.suffix.lower())
    if picture is None:
        return {out: render_pdf(certificate, language=language)}
    return {file: picture(certificate, language=language, face=face) for face, file in enumerate(files_of(out, layout))}


def write(files: Mapping[Path, bytes]) -> None:
    """Write the files; folders are made. Raises BadUserInput where that is not allowed."""
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as fault:
        raise BadUserInput(
            f"--out cannot be written ({fault.strerror}); choose a folder that may be written to.", ("out",)
        ) from None
