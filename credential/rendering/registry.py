"""Templates of printed certificates as data: issuer, layout, kind, stage, language and version.

An issuer is one file, `issuers/<issuer>.toml`, that lists templates, with pictures beside it. A template says
what it is for (an empty list is for everything), its version, and how the page looks and reads. Of those that fit, the
highest version is used, and of equal ones the first; older versions stay, so that an old page can be made again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated
from xml.etree import ElementTree as ET

import msgspec
from msgspec import Meta, Struct

from credential.certificate import Stage
from credential.errors import ConfigurationError
from credential.record import Kind

DEFAULT_ISSUER = "default"
MAX_PICTURE_BYTES = 60_000  # a page with two of them stays below 100 kB
BUNDLED = Path(__file__).parent / "issuers"
_DESIGNS = Path(__file__).parent / "templates"
_PNG = b"\x89PNG\r\n\x1a\n"

Colour = Annotated[str, Meta(pattern="^#[0-9a-f]{6}$")]
FileName = Annotated[str, Meta(pattern=r"^([A-Za-z0-9][A-Za-z0-9_-]*\.(svg|png))?$")]
Version = Annotated[int, Meta(ge=1)]


class Layout(StrEnum):
    """The layouts there are; each is one file of a template's design.

    DOMESTIC and INTERNATIONAL fill an A4 page, the latter in English whatever the language. CARD is a wallet card of
    two faces, 85.6 mm by 54 mm. SLIP is black on white for thermal paper, 80 mm wide and as long as it takes.
    """

    DOMESTIC = "domestic"
    INTERNATIONAL = "international"
    CARD = "card"
    SLIP = "slip"


class _Part(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of an issuer file's parts: closed, so that a misspelt member is an error."""


class Colours(_Part, frozen=True):
    """Colours as #rrggbb. White text stands on `primary`; `stripe` are the bands below it, none for no stripe."""

    primary: Colour = "#123a63"
    provisional: Colour = "#a85b00"
    final: Colour = "#1b6e3c"
    precaution: Colour = "#1b4f9c"
    stripe: tuple[Colour, ...] = ("#f4902c", "#ffffff", "#1d8a3e")


class Template(_Part, frozen=True):
    """How an issuer's page looks and reads.

    `design` names the folder of layouts. `authority`, `signatory` and `slogan` are texts by language code; `authority`
    without a text for a language is the translation's own. `logo` is an SVG file, `signature` an SVG or PNG file beside
    the issuer's. `neutral` drops what names or pictures a person, and slogans: signature, signatory and slogan.
    `sample` marks a page that is no certificate.
    """

    version: Version
    design: str = "v1"
    kinds: tuple[Kind, ...] = ()
    stages: tuple[Stage, ...] = ()
    languages: tuple[str, ...] = ()
    layouts: tuple[Layout, ...] = ()
    authority: Mapping[str, str] = {}
    signatory: Mapping[str, str] = {}
    slogan: Mapping[str, str] = {}
    helpline: str = "1075"
    verify_url: str = "https://verify.cowin.gov.in"
    colours: Colours = Colours()
    logo: FileName = ""
    signature: FileName = ""
    neutral: bool = False
    sample: bool = False
    issuer: str = ""
    pictures: Mapping[str, bytes] = {}

    def fits(self, kind: Kind, stage: Stage, language: str, layout: Layout) -> bool:
        """Return whether the template is for such a page."""
        wanted: tuple[tuple[Sequence[str], str], ...] = (
            (self.kinds, kind),
            (self.stages, stage),
            (self.languages, language),
            (self.layouts, layout),
        )
        return all(not chosen or value in chosen for chosen, value in wanted)

    def without_persons(self) -> "Template":
        """Return the neutral variant, for the time of an election."""
        return msgspec.structs.replace(self, neutral=True, signature="", signatory={}, slogan={})

    def as_sample(self) -> "Template":
        """Return the variant that says SAMPLE / NOT VALID."""
        return msgspec.structs.replace(self, sample=True)


class _IssuerFile(_Part, frozen=True):
    templates: Annotated[tuple[Template, ...], Meta(min_length=1)]


@dataclass(frozen=True, slots=True)
class Registry:
    """Every issuer's templates, in the order of their files."""

    templates: tuple[Template, ...]

    def find(
        self, issuer: str, *, kind: Kind, stage: Stage, language: str, layout: Layout, version: int | None = None
    ) -> Template:
        """Return the template for a page. Raises ConfigurationError where the issuer has none."""
        fitting = [
            template
            for template in self.templates
            if template.issuer == issuer
            and version in (None, template.version)
            and template.fits(kind, stage, language, layout)
        ]
        if not fitting:
            raise ConfigurationError(
                f"No template is for this page. Issuers with templates: {', '.join(sorted(self.issuers))}. Add a "
                "template without `kinds`, `stages`, `languages` and `layouts` to the issuer's file."
            )
        return max(fitting, key=lambda template: template.version)  # the first of equal ones

    @property
    def issuers(self) -> frozenset[str]:
        """The names of the issuers."""
        return frozenset(template.issuer for template in self.templates)


@cache
def bundled() -> Registry:
    """Return the templates that come with the project; read once per process."""
    return Registry(_read_folder(BUNDLED))


def load(folder: Path | None) -> Registry:
    """Return the bundled templates and those of an operator's folder, whose files replace bundled ones of their name.

    Raises ConfigurationError, naming the file and the remedy, for a folder without issuers and for a wrong file.
    """
    if folder is None:
        return bundled()
    own = _read_folder(folder)
    named = {template.issuer for template in own}
    return Registry((*own, *(template for template in bundled().templates if template.issuer not in named)))


def find(
    issuer: str, *, kind: Kind, stage: Stage, language: str, layout: Layout, version: int | None = None
) -> Template:
    """Return a bundled template, as `Registry.find` does."""
    return bundled().find(issuer, kind=kind, stage=stage, language=language, layout=layout, version=version)


def _read_folder(folder: Path) -> tuple[Template, ...]:
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise ConfigurationError(f"{folder.name}: no issuer is there. Put a file <issuer>.toml into that folder.")
    return tuple(template for file in files for template in _read_issuer(file))


def _read_issuer(file: Path) -> tuple[Template, ...]:
    try:
        listed = msgspec.toml.decode(file.read_bytes(), type=_IssuerFile).templates
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file.name}: {error}.") from None
    return tuple(_completed(template, file) for template in listed)


def _completed(template: Template, file: Path) -> Template:
    """Return the template with its issuer's name and its pictures, checked."""
    if template.issuer or template.pictures:
        raise ConfigurationError(f"{file.name}: `issuer` and `pictures` are not for the file: remove them.")
    if not (_DESIGNS / template.design / f"{Layout.DOMESTIC}.typ").is_file() or re.search(r"\W", template.design):
        designs = ", ".join(sorted(path.name for path in _DESIGNS.iterdir()))
        raise ConfigurationError(f"{file.name}: `design` must be one of {designs}.")
    if template.logo.endswith(".png"):
        raise ConfigurationError(f"{file.name}: `logo` must be an SVG file.")
    names = filter(None, (template.logo, template.signature))
    pictures = {name: _picture(file.parent / name, file) for name in names}
    whole = msgspec.structs.replace(template, issuer=file.stem, pictures=pictures)
    return whole.without_persons() if template.neutral else whole


def _picture(path: Path, file: Path) -> bytes:
    """Return a picture's bytes. Raises ConfigurationError where it is missing, too large or not what its name says."""
    try:
        data = path.read_bytes()
    except OSError:
        raise ConfigurationError(f"{file.name}: {path.name} cannot be read. Put it beside that file.") from None
    if len(data) > MAX_PICTURE_BYTES:
        raise ConfigurationError(f"{file.name}: {path.name} is larger than {MAX_PICTURE_BYTES} bytes. Simplify it.")
    if not (data.startswith(_PNG) if path.suffix == ".png" else _is_svg(data)):
        raise ConfigurationError(f"{file.name}: {path.name} is no {path.suffix[1:].upper()} picture. Export it again.")
    return data


def _is_svg(data: bytes) -> bool:
    try:
        return ET.fromstring(data).tag.endswith("svg")  # noqa: S314 - the operator's own file, of bounded size
    except ET.ParseError:
        return False
