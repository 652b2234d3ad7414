"""What a CHECK cannot say, as statements of the first migration: legal changes of state, rows that only grow."""

PARTITIONS = 64
SHARDS_PER_PARTITION = 4096 // PARTITIONS

_LEGAL = (
    "(OLD.status = 'PENDING' AND NEW.status IN ('ISSUED', 'FAILED', 'REVOKED', 'SUPERSEDED'))"
    " OR (OLD.status = 'FAILED' AND NEW.status = 'PENDING')"
    " OR (OLD.status = 'ISSUED' AND NEW.status IN ('SUPERSEDED', 'REVOKED'))"
    " OR (OLD.status = 'SUPERSEDED' AND NEW.status = 'REVOKED')"
)
_STATE = "illegal change of a certificate''s state"
_AUDIT = "audit rows cannot be changed or removed"
_FEED = "published revocations cannot be changed or removed"

_SQLITE_REFUSAL = """
CREATE TRIGGER {name} BEFORE {act} ON {table} {condition}
BEGIN SELECT RAISE(ABORT, '{message}'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END $$
"""
_POSTGRESQL_TRIGGER = """
CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW {condition} EXECUTE FUNCTION {function}()
"""
_CHANGED = f"WHEN (OLD.status <> NEW.status AND NOT ({_LEGAL}))"
_RULES = (
    ("certificates_state", "UPDATE", "certificates", _CHANGED, _STATE),
    ("certificates_kept", "DELETE", "certificates", "", "certificates cannot be removed"),
    ("audit_unchanged", "UPDATE", "audit", "", _AUDIT),
    ("audit_kept", "DELETE", "audit", "", _AUDIT),
    ("feed_unchanged", "UPDATE", "revocation_feed", "", _FEED),
    ("feed_kept", "DELETE", "revocation_feed", "", _FEED),
)


def create_rules(dialect: str) -> list[str]:
    """Return the statements that make the triggers."""
    if dialect == "sqlite":
        return [
            _SQLITE_REFUSAL.format(name=name, act=act, table=table, condition=condition, message=message)
            for name, act, table, condition, message in _RULES
        ]
    statements = []
    for name, act, table, condition, message in _RULES:
        statements.append(_POSTGRESQL_FUNCTION.format(name=f"refuse_{name}", message=message))
        statements.append(
            _POSTGRESQL_TRIGGER.format(name=name, act=act, table=table, condition=condition, function=f"refuse_{name}")
        )
    return statements


def drop_rules(dialect: str) -> list[str]:
    """Return the statements that remove what the dropped tables leave behind."""
    return [f"DROP FUNCTION refuse_{rule[0]}()" for rule in _RULES] if dialect == "postgresql" else []


def create_partitions(table: str) -> list[str]:
    """Return the statements that make the 64 partitions of a table on PostgreSQL, each a range of 64 shards."""
    return [
        f"CREATE TABLE {table}_{number:02} PARTITION OF {table}"
        f" FOR VALUES FROM ({number * SHARDS_PER_PARTITION}) TO ({(number + 1) * SHARDS_PER_PARTITION})"
        for number in range(PARTITIONS)
    ]
