"""REST doors beside /graphql, for those who cannot speak GraphQL."""
