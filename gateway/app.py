"""The application: `uvicorn --factory gateway.app:from_environment`, or `create_app` with settings or ready parts."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from backends.settings import Settings
from gateway.doors.access.routes import ROUTES as ACCESS_ROUTES
from gateway.doors.certificates import pdf, png, svg
from gateway.doors.digilocker import ROUTES as DIGILOCKER_ROUTES
from gateway.doors.documents import linked_document
from gateway.doors.errors import HANDLERS
from gateway.doors.figures import ROUTES as FIGURE_ROUTES
from gateway.doors.files import ROUTES as FILE_ROUTES
from gateway.doors.health import live, ready
from gateway.doors.imports import ROUTES as IMPORT_ROUTES
from gateway.doors.keys import did_document, jwks, pem, sandbox_did_document
from gateway.doors.openapi import PATH as OPENAPI
from gateway.doors.openapi import openapi
from gateway.doors.reconciliations import findings_csv
from gateway.doors.schemas import record_list
from gateway.doors.sharing import shared
from gateway.doors.source.routes import ROUTES as SOURCE_ROUTES
from gateway.doors.status import status_deltas, status_list, status_listing
from gateway.edge import Edge
from gateway.graphql import graphql
from gateway.login import ROUTES as LOGIN_ROUTES
from gateway.pages.explorer import explorer_asset
from gateway.pages.portal import ROUTES as PORTAL_ROUTES
from gateway.state import Composition, Gateway, opened
from gateway.websocket import graphql_websocket
from resolvers.scalars import RECORD_LIST_SCHEMA

ROUTES = [
    Route("/graphql", graphql, methods=["GET", "POST"]),
    WebSocketRoute("/graphql", graphql_websocket),
    Route("/graphiql/{name}", explorer_asset, methods=["GET"]),
    Route("/certificates/{certificate_id}.pdf", pdf, methods=["GET"]),
    Route("/certificates/{certificate_id}.svg", svg, methods=["GET"]),
    Route("/certificates/{certificate_id}.png", png, methods=["GET"]),
    Route("/documents/{token}", linked_document, methods=["GET"]),
    Route("/shared/{token}", shared, methods=["GET"]),
    Route("/reconciliations/{report_id}.csv", findings_csv, methods=["GET"]),
    Route("/.well-known/jwks.json", jwks, methods=["GET"]),
    Route("/.well-known/did.json", did_document, methods=["GET"]),
    Route("/sandbox/did.json", sandbox_did_document, methods=["GET"]),
    Route("/did:india", pem, methods=["GET"]),
    Route("/status", status_listing, methods=["GET"]),
    Route("/status/{purpose}/{number}", status_list, methods=["GET"]),
    Route("/status/{purpose}/{number}/deltas", status_deltas, methods=["GET"]),
    Route(RECORD_LIST_SCHEMA, record_list, methods=["GET"]),
    Route("/health/live", live, methods=["GET"]),
    Route("/health/ready", ready, methods=["GET"]),
    Route(OPENAPI, openapi, methods=["GET"]),
    *FIGURE_ROUTES,
    *FILE_ROUTES,
    *IMPORT_ROUTES,
    *SOURCE_ROUTES,
    *ACCESS_ROUTES,
    *DIGILOCKER_ROUTES,
    *LOGIN_ROUTES,
    *PORTAL_ROUTES,
]


def create_app(made_of: Settings | Composition) -> Starlette:
    """Return the application. Settings are opened when it starts; ready parts belong to whoever made them."""
    production = made_of.production if isinstance(made_of, Settings) else not made_of.development
    middleware = [Middleware(Edge, secure=production)]
    if isinstance(made_of, Composition):
        app = Starlette(routes=ROUTES, middleware=middleware, exception_handlers=HANDLERS)
        app.state.gateway = Gateway(made_of)
        return app
    settings = made_of

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opened(settings) as parts:
            app.state.gateway = Gateway(parts)
            try:
                yield
            finally:
                await app.state.gateway.close()

    return Starlette(routes=ROUTES, middleware=middleware, exception_handlers=HANDLERS, lifespan=lifespan)


def from_environment() -> Starlette:
    """Return the application that the environment describes. Raises ConfigurationError."""
    return create_app(Settings.from_environment(os.environ))
