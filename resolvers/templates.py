"""templates and templatePreview: what is printed, shown by a certificate that is plainly none."""

from typing import Annotated

import strawberry

from credential import rendering
from credential.certificate import Stage
from credential.operations import documents
from credential.operations.documents import DocumentFormat, DocumentKey
from credential.record import Kind
from credential.rendering import LANGUAGES, Layout
from credential.sample import sample_id
from resolvers.context import Info
from resolvers.enums import Language
from resolvers.types_document import Document

argument = strawberry.argument
field = strawberry.field


@strawberry.type(description="How an issuer's certificates are printed. Of those that fit, the newest is used.")
class Template:
    """A template; what it lists, it is for."""

    issuer: str = field(description="Whose it is.")
    version: int = field(description="Counted from 1.")
    design: str = field(description="Name of the design.")
    layouts: list[Layout] = field(description="Layouts that it is for.")
    kinds: list[Kind] = field(description="Kinds that it is for.")
    stages: list[Stage] = field(description="Stages that it is for.")
    languages: list[Language] = field(description="Languages that it is for.")
    neutral: bool = field(description="Whether it names and pictures no person.")
    chosen: bool = field(description="Whether this deployment prints with this issuer's templates.")


def templates(info: Info) -> list[Template]:
    """Return all, in the order of their files."""
    ours = info.context.deployment.templates
    return [_template(one, ours) for one in ours.registry.templates]


async def template_preview(
    info: Info,
    layout: Annotated[Layout, argument(description="How it is laid out; INTERNATIONAL is in English.")],
    language: Annotated[Language, argument(description="Language of the page.")],
    stage: Annotated[Stage, argument(description="Stage of the sample.")] = Stage.FINAL,
    form: Annotated[DocumentFormat, argument(name="format", description="Kind of document.")] = DocumentFormat.PDF,
) -> Document:
    """Return the page, or ask a worker for it."""
    context = info.context
    key = DocumentKey(sample_id(stage), form, language.value, layout)
    page = await documents.preview(key, context.press)
    answer = await documents.document(page, shelf=context.press.shelf, queue=context.ports.queue)
    if answer.stored is None:
        return Document.pending(documents.RETRY_AFTER_MS)
    return Document.of(page.name, answer.stored, context)


def _template(one: rendering.Template, ours: documents.Templates) -> Template:
    return Template(
        issuer=one.issuer,
        version=one.version,
        design=one.design,
        layouts=list(one.layouts or Layout),
        kinds=list(one.kinds or Kind),
        stages=list(one.stages or Stage),
        languages=[Language(code) for code in one.languages or LANGUAGES if code in LANGUAGES],
        neutral=one.neutral or ours.neutral,
        chosen=one.issuer == ours.issuer,
    )
