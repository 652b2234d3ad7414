"""Templates of printed certificates: list them, check an issuer's own, preview one, draw all."""

import typer

from gateway.commands.templates.check import check
from gateway.commands.templates.gallery import gallery
from gateway.commands.templates.listing import list_templates
from gateway.commands.templates.preview import preview

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help=__doc__)
app.command("list")(list_templates)
app.command()(check)
app.command()(preview)
app.command()(gallery)
