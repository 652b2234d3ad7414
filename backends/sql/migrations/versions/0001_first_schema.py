"""The first schema: every table, its partitions and its rules.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

from backends.sql.migrations.rules_0001 import create_partitions, create_rules, drop_rules
from backends.sql.types import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PARTITIONED = ("audit", "certificates", "data_keys", "events", "idempotency", "outbox", "records", "revocations")


def upgrade() -> None:
    for create in (*CREATE.values(), *INDEX):
        create()
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        for table in PARTITIONED:
            for statement in create_partitions(table):
                op.execute(statement)
    for statement in create_rules(dialect):
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(CREATE):
        op.drop_table(table)
    for statement in drop_rules(op.get_bind().dialect.name):
        op.execute(statement)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("certificate_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "id", name=op.f("pk_audit")),
        postgresql_partition_by="RANGE (shard)",
    )


def _certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("dose", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("issued_at", Moment(), nullable=True),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("signature_hashes", sa.Text(), nullable=True),
        sa.Column("beneficiary", sa.LargeBinary(), nullable=False),
        sa.Column("payload_digest", sa.LargeBinary(), nullable=True),
        sa.Column("credentials", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("NOT live OR status IN ('PENDING', 'ISSUED')", name=op.f("ck_certificates_live")),
        sa.CheckConstraint("kind IN ('DOMESTIC', 'INTERNATIONAL')", name=op.f("ck_certificates_kind")),
        sa.CheckConstraint(
            "status <> 'ISSUED' OR (credentials IS NOT NULL AND issued_at IS NOT NULL AND key_id IS NOT NULL)",
            name=op.f("ck_certificates_issued_is_signed"),
        ),
        sa.CheckConstraint("status <> 'ISSUED' OR live", name=op.f("ck_certificates_issued_is_live")),
        sa.CheckConstraint(
            "status IN ('PENDING', 'ISSUED', 'SUPERSEDED', 'REVOKED', 'FAILED')", name=op.f("ck_certificates_status")
        ),
        sa.CheckConstraint(
            "status NOT IN ('PENDING', 'FAILED') OR credentials IS NULL", name=op.f("ck_certificates_unsigned")
        ),
        sa.CheckConstraint("dose >= 1 AND version >= 1", name=op.f("ck_certificates_numbers")),
        sa.CheckConstraint("shard BETWEEN 0 AND 4095", name=op.f("ck_certificates_shard")),
        sa.PrimaryKeyConstraint("shard", "id", name=op.f("pk_certificates")),
        postgresql_partition_by="RANGE (shard)",
    )


def _clients() -> None:
    op.create_table(
        "clients",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clients")),
    )


def _contact_index() -> None:
    op.create_table(
        "contact_index",
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("beneficiary", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("contact", "shard", "beneficiary", name=op.f("pk_contact_index")),
    )


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shard", name=op.f("pk_counters")),
    )


def _data_keys() -> None:
    op.create_table(
        "data_keys",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("beneficiary", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "beneficiary", name=op.f("pk_data_keys")),
        postgresql_partition_by="RANGE (shard)",
        sqlite_with_rowid=False,
    )


def _dead_letters() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "job", "certificate_id", name=op.f("pk_dead_letters")),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("dimensions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "id", name=op.f("pk_events")),
        postgresql_partition_by="RANGE (shard)",
    )


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=True),
        sa.Column("job_id", sa.Text(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("certificate_id", sa.Text(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "request", "position", name=op.f("pk_idempotency")),
        postgresql_partition_by="RANGE (shard)",
    )


def _issuer_keys() -> None:
    op.create_table(
        "issuer_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.Text(), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("verification_method", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("active_from", Moment(), nullable=True),
        sa.Column("retired_at", Moment(), nullable=True),
        sa.Column("compromised_at", Moment(), nullable=True),
        sa.Column("bound_from", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer_keys")),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("shards", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )


def _marks() -> None:
    op.create_table(
        "marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("available_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "job", "certificate_id", name=op.f("pk_outbox")),
        postgresql_partition_by="RANGE (shard)",
    )


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shard", "certificate_id", name=op.f("pk_records")),
        postgresql_partition_by="RANGE (shard)",
        sqlite_with_rowid=False,
    )


def _revocation_feed() -> None:
    op.create_table(
        "revocation_feed",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("signature_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_revocation_feed")),
    )


def _rollups() -> None:
    op.create_table(
        "rollups",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("facility", sa.Text(), nullable=False),
        sa.Column("vaccine", sa.Text(), nullable=False),
        sa.Column("dose", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("age_band", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rollups")),
    )


def _revocations() -> None:
    op.create_table(
        "revocations",
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("signature_hashes", sa.Text(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(purpose = 'REVOKED') = (reason IS NOT NULL)", name=op.f("ck_revocations_reason_given")),
        sa.CheckConstraint("purpose IN ('REVOKED', 'SUPERSEDED')", name=op.f("ck_revocations_purpose")),
        sa.CheckConstraint(
            "reason IN ('ISSUED_IN_ERROR', 'WRONG_PERSON', 'FRAUD', 'HOLDER_REQUEST',"
            " 'BATCH_RECALL', 'KEY_COMPROMISE', 'OTHER')",
            name=op.f("ck_revocations_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["shard", "certificate_id"],
            ["certificates.shard", "certificates.id"],
            name=op.f("fk_revocations_certificates"),
        ),
        sa.PrimaryKeyConstraint("shard", "certificate_id", "purpose", name=op.f("pk_revocations")),
        postgresql_partition_by="RANGE (shard)",
    )


def _index_certificates() -> None:
    op.create_index(
        "uq_certificates_live",
        "certificates",
        ["shard", "beneficiary", "programme", "dose"],
        unique=True,
        postgresql_where=sa.text("live"),
        sqlite_where=sa.text("live"),
    )
    op.create_index(
        "uq_certificates_pending",
        "certificates",
        ["shard", "beneficiary", "programme", "dose"],
        unique=True,
        postgresql_where=sa.text("status = 'PENDING'"),
        sqlite_where=sa.text("status = 'PENDING'"),
    )
    op.create_index(
        "uq_certificates_version", "certificates", ["shard", "beneficiary", "programme", "dose", "version"], unique=True
    )


def _index_clients() -> None:
    op.create_index("uq_clients_key_hash", "clients", ["key_hash"], unique=True)


def _index_idempotency() -> None:
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"], unique=False)


def _index_outbox() -> None:
    op.create_index("ix_outbox_available_at", "outbox", ["available_at"], unique=False)


def _index_rollups() -> None:
    op.create_index("ix_rollups_measure_day", "rollups", ["measure", "day"], unique=False)


def _index_revocations() -> None:
    op.create_index(
        "ix_revocations_unpublished",
        "revocations",
        ["at"],
        unique=False,
        postgresql_where=sa.text("NOT published"),
        sqlite_where=sa.text("NOT published"),
    )


INDEX = (
    _index_certificates,
    _index_clients,
    _index_idempotency,
    _index_outbox,
    _index_rollups,
    _index_revocations,
)
CREATE = {
    "audit": _audit,
    "certificates": _certificates,
    "clients": _clients,
    "contact_index": _contact_index,
    "counters": _counters,
    "data_keys": _data_keys,
    "dead_letters": _dead_letters,
    "events": _events,
    "idempotency": _idempotency,
    "issuer_keys": _issuer_keys,
    "jobs": _jobs,
    "marks": _marks,
    "outbox": _outbox,
    "records": _records,
    "revocation_feed": _revocation_feed,
    "rollups": _rollups,
    "revocations": _revocations,
}
