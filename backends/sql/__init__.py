"""The store in SQL: one code for SQLite and PostgreSQL (architecture, Room for a billion rows)."""
