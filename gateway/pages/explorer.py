"""GraphiQL, served in development only: the page that Strawberry ships, which loads its scripts from unpkg.com."""

from importlib.resources import files

EXPLORER = files("strawberry").joinpath("static", "graphiql.html").read_text(encoding="utf-8")
EXPLORER_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' https://unpkg.com; "
    "style-src 'unsafe-inline' https://unpkg.com; img-src data:; font-src data: https://unpkg.com; connect-src 'self'; "
    "worker-src blob:; frame-ancestors 'none'; base-uri 'none'"
)
