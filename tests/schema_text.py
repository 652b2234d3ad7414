"""Print the schema as schema.graphql holds it: sorted, with descriptions. `make schema` writes it."""

import sys

from graphql import GraphQLSchema, build_schema

from resolvers.schema import sdl


def schema_text() -> str:
    """Return the text of schema.graphql."""
    return sdl().rstrip("\n") + "\n"


def public_schema() -> GraphQLSchema:
    """Return the schema as clients see it."""
    return build_schema(schema_text())


if __name__ == "__main__":
    sys.stdout.write(schema_text())
