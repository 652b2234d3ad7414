"""Pages that the gateway serves itself."""
