"""Print the schema as schema.graphql holds it: sorted, with descriptions. `make schema` writes it."""

import sys

from graphql import GraphQLSchema, build_schema, lexicographic_sort_schema, print_schema

from resolvers.schema import schema


def public_schema() -> GraphQLSchema:
    """Return the schema as clients see it, sorted."""
    return lexicographic_sort_schema(build_schema(schema.as_str()))


def schema_text() -> str:
    """Return the text of schema.graphql."""
    return print_schema(public_schema()) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
