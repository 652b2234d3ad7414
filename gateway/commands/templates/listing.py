"""`pramaan templates list`."""

from typing import Any

from rich.table import Column, Table

from credential.certificate import Stage
from credential.record import Kind
from credential.rendering import LANGUAGES, Layout, Template, digest, load
from gateway.commands.templates.options import SHORT, Issuers, Json
from gateway.commands.terminal import out, print_json


def list_templates(*, issuers: Issuers = None, json: Json = False) -> None:
    """List every template: what it is for, and its digest.

    A digest names all that decides a page: template, design, words, fonts.
    A page made again under the same digest has the same bytes. Each language
    has its own; shown is the English one, --json has all.

      pramaan templates list
      pramaan templates list --issuers /etc/pramaan/issuers --json
    """
    templates = load(issuers).templates
    if json:
        print_json([_as_json(template) for template in templates])
        return
    table = Table("issuer", "version", "layouts", "for", "languages", Column("digest", no_wrap=True))
    for one in templates:
        what = ", ".join((*one.kinds, *one.stages)) or "all"
        chosen = ", ".join(one.languages) or f"all {len(LANGUAGES)}"
        layouts = ", ".join(one.layouts or Layout)
        table.add_row(one.issuer, str(one.version), layouts, what, chosen, digest(one, "EN")[:SHORT])
    out().print(table)


def _as_json(template: Template) -> dict[str, Any]:
    languages = template.languages or tuple(LANGUAGES)
    return {
        "issuer": template.issuer,
        "version": template.version,
        "design": template.design,
        "layouts": template.layouts or tuple(Layout),
        "kinds": template.kinds or tuple(Kind),
        "stages": template.stages or tuple(Stage),
        "neutral": template.neutral,
        "digests": {language: digest(template, language) for language in languages},
    }
