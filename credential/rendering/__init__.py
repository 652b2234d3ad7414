"""Certificates on paper. `printed` turns a record into text, `render_pdf` the text into a page.

Templates, translations and fonts lie here as data: a language is one file in translations/.
"""

from credential.rendering.model import DoseRow, PrintedCertificate
from credential.rendering.printed import printed
from credential.rendering.render import Layout, render_pdf, render_png
from credential.rendering.translation import LANGUAGES

__all__ = ["LANGUAGES", "DoseRow", "Layout", "PrintedCertificate", "printed", "render_pdf", "render_png"]
