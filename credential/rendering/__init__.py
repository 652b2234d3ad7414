"""Certificates on paper. `printed` turns a record into text, `render_pdf` the text into a page.

Templates, translations and fonts lie here as data: a language is one file in translations/, an issuer one in issuers/,
a design one folder in templates/.
"""

from credential.rendering.digest import digest
from credential.rendering.model import Bilingual, DoseRow, PrintedCertificate
from credential.rendering.printed import printed
from credential.rendering.registry import Layout, Registry, Template, find, load
from credential.rendering.render import render_pdf, render_png, render_svg
from credential.rendering.translation import LANGUAGES

__all__ = [
    "LANGUAGES",
    "Bilingual",
    "DoseRow",
    "Layout",
    "PrintedCertificate",
    "Registry",
    "Template",
    "digest",
    "find",
    "load",
    "printed",
    "render_pdf",
    "render_png",
    "render_svg",
]
