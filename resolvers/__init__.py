"""GraphQL to operations and back, and nothing else."""
