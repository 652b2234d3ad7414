"""What is wrong with issuers' templates: words of unknown languages, pages without one, pages that do not come out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from pypdfium2 import PdfDocument

from credential.certificate import Stage
from credential.errors import ConfigurationError, PramaanError
from credential.record import Kind
from credential.rendering import LANGUAGES, Layout, Registry, Template, render_pdf
from credential.rendering.translation import Provenance, provenance
from credential.sample import kind_of, languages_of, sample

MAX_PDF_BYTES = 100_000
_ARCHIVE = b"<pdfaid:part>"
_PAGES = {Layout.CARD: 2}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to mend: the issuer's file, where in it or on which page, what is wrong and what to do."""

    file: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How many strings a language has, how many are CLDR's, and how many a native reader has reviewed."""

    language: str
    strings: int
    cldr: int
    reviewed: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page to try: a template in a language and a layout."""

    template: Template
    language: str
    layout: Layout


def pages_to_try(templates: Iterable[Template]) -> list[Page]:
    """Return every page that the templates are for: one per language and layout."""
    return [
        Page(template, language, layout)
        for template in templates
        for layout in Layout
        if (not template.layouts or layout in template.layouts)
        and (not template.kinds or kind_of(layout) in template.kinds)
        for language in languages_of(layout)
        if not template.languages or language in template.languages
    ]


def faults_of_words(template: Template) -> Iterator[Fault]:
    """Yield the languages that there are not: their words would never be shown."""
    given = {
        "languages": template.languages,
        "authority": template.authority,
        "signatory": template.signatory,
        "slogan": template.slogan,
    }
    for member, codes in given.items():
        unknown = sorted(set(codes) - LANGUAGES.keys())
        if unknown:
            message = f"names no language: {', '.join(unknown)}. Use codes of these: {', '.join(LANGUAGES)}."
            yield Fault(_file(template.issuer), f"version {template.version}, {member}", message)


def faults_of_choice(registry: Registry, issuer: str) -> Iterator[Fault]:
    """Yield the pages that an issuer has no template for, as one fault."""
    every = list(product(LANGUAGES, Layout, Kind, Stage))
    lacking = [page for page in every if not _has(registry, issuer, page)]
    if lacking:
        some = ", ".join(lacking[0])
        message = f"{len(lacking)} of {len(every)} have no template, such as {some}. Add one that lists none of these."
        yield Fault(_file(issuer), "languages, layouts, kinds and stages", message)


def fault_of_page(page: Page) -> Fault | None:
    """Render a page with a sample's values; of the template's stages the last, which has most to say."""
    template = page.template
    stage = max(template.stages or tuple(Stage), key=list(Stage).index)
    certificate = sample(template, language=page.language, layout=page.layout, stage=stage)
    try:
        message = _wrong_with(render_pdf(certificate, language=page.language), page.layout)
    except (PramaanError, RuntimeError) as error:  # typst's errors are of the latter kind
        reason = str(error).strip().partition("\n")[0]
        message = f"cannot be rendered ({reason}). Export the pictures again as plain SVG or PNG."
    if message is None:
        return None
    return Fault(_file(template.issuer), f"version {template.version}, {page.layout}, {page.language}", message)


def review() -> list[Reviewed]:
    """Return the provenance of every language's strings, summed up."""
    return [_reviewed(code, list(provenance(code).values())) for code in LANGUAGES]


def _reviewed(language: str, origins: list[Provenance]) -> Reviewed:
    cldr = sum(origin.source == "cldr" for origin in origins)
    return Reviewed(language, len(origins), cldr, sum(origin.reviewed for origin in origins))


def _wrong_with(pdf: bytes, layout: Layout) -> str | None:
    if _ARCHIVE not in pdf:
        return "is no PDF/A: a text has a character that no bundled font has. Replace it in the issuer's texts."
    with PdfDocument(pdf) as document:
        pages = len(document)
    if pages > _PAGES.get(layout, 1):
        return "runs over its page. Shorten the issuer's texts."
    if len(pdf) > MAX_PDF_BYTES:
        return f"has {len(pdf):,} bytes, more than {MAX_PDF_BYTES:,}. Simplify the pictures."
    return None


def _has(registry: Registry, issuer: str, page: tuple[str, Layout, Kind, Stage]) -> bool:
    language, layout, kind, stage = page
    try:
        registry.find(issuer, kind=kind, stage=stage, language=language, layout=layout)
    except ConfigurationError:
        return False
    return True


def _file(issuer: str) -> str:
    return f"{issuer}.toml"
