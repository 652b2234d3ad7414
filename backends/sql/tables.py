"""Every table. Rows about a person carry `shard` first in their key and are partitioned by it on PostgreSQL.

No table holds a name, a number or a beneficiary id in the clear: `beneficiary`, `contact`, `request` and `key_hash` are
keyed hashes, and `data` and `credentials` are sealed (vault.py). What is left in the clear, operating needs.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
)

from backends.sql.columns import one_of as _one_of
from backends.sql.columns import position
from backends.sql.columns import required as _required
from backends.sql.columns import where as _where
from backends.sql.types import Moment
from credential.certificate import RevocationReason, Status
from credential.record import Kind

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
BY_SHARD: dict[str, Any] = {"postgresql_partition_by": "RANGE (shard)"}
BY_KEY: dict[str, Any] = {"sqlite_with_rowid": False}  # small rows stand in the key's own tree

data_keys = Table(
    "data_keys",
    metadata,
    _required("shard", SmallInteger),
    _required("beneficiary", LargeBinary),
    _required("key_id", Text),
    _required("wrapped", LargeBinary),
    PrimaryKeyConstraint("shard", "beneficiary"),
    **BY_KEY,
    **BY_SHARD,
)

certificates = Table(
    "certificates",
    metadata,
    _required("shard", SmallInteger),
    _required("dose", SmallInteger),
    _required("version", SmallInteger),
    _required("attempts", SmallInteger),
    _required("live", Boolean),
    _required("counted", Boolean),  # a correction that counts toward the limit
    _required("created_at", Moment),
    _required("changed_at", Moment),
    Column("issued_at", Moment),
    _required("id", Text),
    _required("status", Text),
    _required("kind", Text),
    _required("programme", Text),
    _required("client_id", Text),
    Column("facility", LargeBinary),  # keyed hash of its id
    Column("batch", LargeBinary),  # keyed hash; NULL = stored before there was this column, and not read since
    Column("vaccine", LargeBinary),  # keyed hash
    Column("vaccinator", LargeBinary),  # keyed hash of the id, or of the name; NULL = neither was given
    Column("key_id", Text),
    Column("failure", Text),
    Column("signature_hashes", Text),  # separated by spaces, in the order of the credentials
    _required("beneficiary", LargeBinary),
    Column("payload_digest", LargeBinary),
    Column("credentials", LargeBinary),  # sealed; NULL = never signed
    *position(),
    PrimaryKeyConstraint("shard", "id"),
    _one_of("status", Status),
    _one_of("kind", Kind),
    CheckConstraint("shard BETWEEN 0 AND 4095", name="shard"),
    CheckConstraint("dose >= 1 AND version >= 1", name="numbers"),
    CheckConstraint("NOT live OR status IN ('PENDING', 'ISSUED')", name="live"),
    CheckConstraint("status <> 'ISSUED' OR live", name="issued_is_live"),
    CheckConstraint(
        "status <> 'ISSUED' OR (credentials IS NOT NULL AND issued_at IS NOT NULL AND key_id IS NOT NULL)",
        name="issued_is_signed",
    ),
    CheckConstraint("status NOT IN ('PENDING', 'FAILED') OR credentials IS NULL", name="unsigned"),
    **BY_SHARD,
)
PERSON_DOSE = ("shard", "beneficiary", "programme", "dose")
Index("uq_certificates_version", *(certificates.c[name] for name in (*PERSON_DOSE, "version")), unique=True)
Index("uq_certificates_live", *(certificates.c[name] for name in PERSON_DOSE), unique=True, **_where("live"))
Index(
    "uq_certificates_pending",
    *(certificates.c[name] for name in PERSON_DOSE),
    unique=True,
    **_where("status = 'PENDING'"),
)
Index("ix_certificates_facility", certificates.c.facility, certificates.c.issued_at, **_where("status = 'ISSUED'"))
Index("ix_certificates_batch", certificates.c.batch, certificates.c.shard, certificates.c.id)
Index("ix_certificates_of_facility", certificates.c.facility, certificates.c.shard, certificates.c.id)

records = Table(
    "records",
    metadata,
    _required("shard", SmallInteger),
    _required("certificate_id", Text),
    Column("contact", LargeBinary),
    _required("data", LargeBinary),
    PrimaryKeyConstraint("shard", "certificate_id"),
    # no foreign key: one function writes both rows in one statement each, and the check cost four inserts
    **BY_KEY,
    **BY_SHARD,
)

revocations = Table(
    "revocations",
    metadata,
    _required("shard", SmallInteger),
    _required("certificate_id", Text),
    _required("purpose", Text),
    _required("at", Moment),
    Column("reason", Text),
    _required("client_id", Text),
    _required("signature_hashes", Text),
    _required("published", Boolean),
    PrimaryKeyConstraint("shard", "certificate_id", "purpose"),
    ForeignKeyConstraint(["shard", "certificate_id"], ["certificates.shard", "certificates.id"]),
    _one_of("purpose", ("REVOKED", "SUPERSEDED")),
    _one_of("reason", RevocationReason),
    CheckConstraint("(purpose = 'REVOKED') = (reason IS NOT NULL)", name="reason_given"),
    **BY_SHARD,
)
Index("ix_revocations_at", revocations.c.at)
Index("ix_revocations_unpublished", revocations.c.at, **_where("NOT published"))

revocation_feed = Table(
    "revocation_feed",
    metadata,
    Column("sequence", BigInteger, autoincrement=False),
    _required("at", Moment),
    _required("purpose", Text),
    _required("signature_hash", Text),
    *position(),
    PrimaryKeyConstraint("sequence"),
)

contact_index = Table(
    "contact_index",
    metadata,
    _required("contact", LargeBinary),
    _required("shard", SmallInteger),
    _required("beneficiary", LargeBinary),
    PrimaryKeyConstraint("contact", "shard", "beneficiary"),
)

outbox = Table(
    "outbox",
    metadata,
    _required("shard", SmallInteger),
    _required("job", Text),
    _required("certificate_id", Text),
    _required("attempts", SmallInteger),
    _required("available_at", Moment),
    PrimaryKeyConstraint("shard", "job", "certificate_id"),
    **BY_SHARD,
)
Index("ix_outbox_available_at", outbox.c.available_at)

dead_letters = Table(
    "dead_letters",
    metadata,
    _required("shard", SmallInteger),
    _required("job", Text),
    _required("certificate_id", Text),
    _required("reason", Text),
    _required("at", Moment),
    PrimaryKeyConstraint("shard", "job", "certificate_id"),
)

idempotency = Table(
    "idempotency",
    metadata,
    _required("shard", SmallInteger),
    _required("request", LargeBinary),  # keyed hash of (client, operation, key)
    _required("position", Integer),  # -1 the request itself, else the record's index
    Column("fingerprint", LargeBinary),
    Column("job_id", Text),
    Column("lease_until", Moment),  # NULL = done
    Column("certificate_id", Text),
    Column("answer", LargeBinary),
    _required("created_at", Moment),
    PrimaryKeyConstraint("shard", "request", "position"),
    **BY_SHARD,
)
Index("ix_idempotency_created_at", idempotency.c.created_at)

audit = Table(
    "audit",
    metadata,
    _required("shard", SmallInteger),
    _required("id", LargeBinary),
    _required("at", Moment),
    _required("action", Text),
    Column("client_id", Text),
    _required("caller", Text),
    _required("purpose", Text),
    Column("channel", Text),
    Column("certificate_id", Text),
    _required("detail", Text),
    Column("legal_basis", Text),
    PrimaryKeyConstraint("shard", "id"),
    **BY_SHARD,
)
Index("ix_audit_reads", audit.c.shard, audit.c.certificate_id, audit.c.id, **_where("action = 'read'"))

events = Table(
    "events",
    metadata,
    _required("shard", SmallInteger),
    _required("id", LargeBinary),
    _required("measure", Text),
    _required("at", Moment),
    _required("dimensions", Text),  # JSON object
    PrimaryKeyConstraint("shard", "id"),
    **BY_SHARD,
)

marks = Table("marks", metadata, _required("name", Text), _required("at", Moment), PrimaryKeyConstraint("name"))

counters = Table(
    "counters",
    metadata,
    Column("shard", SmallInteger, autoincrement=False),
    _required("next", BigInteger),
    PrimaryKeyConstraint("shard"),
)

clients = Table(
    "clients",
    metadata,
    _required("id", Text),
    _required("name", Text),
    _required("key_hash", LargeBinary),
    _required("scopes", Text),
    Column("channel", Text),
    _required("purpose", Text),
    _required("created_at", Moment),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("legal_basis", Text),
    Column("daily_reads", BigInteger),
    Column("per_minute", Integer),
    Column("trusted_only", Boolean),
    PrimaryKeyConstraint("id"),
)
Index("uq_clients_key_hash", clients.c.key_hash, unique=True)

jobs = Table(
    "jobs",
    metadata,
    _required("id", Text),
    _required("client_id", Text),
    _required("kind", Text),
    _required("request", LargeBinary),
    _required("shards", LargeBinary),  # two bytes per record, in order: where its row stands
    _required("created_at", Moment),
    PrimaryKeyConstraint("id"),
)

bundles = Table(
    "bundles",
    metadata,
    _required("id", Text),  # that of its job
    _required("format", Text),
    Column("language", Text),
    Column("layout", Text),
    Column("visible_client", Text),  # whose certificates may be in it; NULL = anybody's
    Column("caller_id", Text),
    _required("caller", Text),
    _required("purpose", Text),
    Column("channel", Text),
    _required("parts", Integer),
    _required("total", Integer),
    _required("created_at", Moment),
    Column("finished_at", Moment),
    PrimaryKeyConstraint("id"),
)
Index("ix_bundles_created_at", bundles.c.created_at)

bundle_parts = Table(
    "bundle_parts",
    metadata,
    _required("bundle", Text),
    _required("number", Integer),  # the last puts the others together
    _required("ids", Text),  # separated by spaces
    _required("attempts", SmallInteger),
    Column("available_at", Moment),  # NULL = not due, as the last while others are open, and the finished
    _required("done", Integer),
    _required("failed", Integer),
    _required("finished", Boolean),
    PrimaryKeyConstraint("bundle", "number"),
)
Index("ix_bundle_parts_available_at", bundle_parts.c.available_at, **_where("available_at IS NOT NULL"))

uploads = Table(
    "uploads",
    metadata,
    Column("id", BigInteger, autoincrement=False),
    _required("client_id", Text),
    _required("key_id", Text),
    _required("wrapped", LargeBinary),  # the key of file and rows
    _required("file", LargeBinary),  # sealed: name and columns
    _required("total", Integer),
    Column("failed", Integer),  # NULL = rows are still on their way
    _required("finished", Boolean),  # all rows were taken
    _required("created_at", Moment),
    _required("updated_at", Moment),
    PrimaryKeyConstraint("id"),
)
Index("ix_uploads_client_id_created_at", uploads.c.client_id, uploads.c.created_at)
Index("ix_uploads_created_at", uploads.c.created_at)

upload_rows = Table(
    "upload_rows",
    metadata,
    _required("upload", BigInteger),
    _required("number", Integer),
    Column("data", LargeBinary),  # sealed: the cells; NULL = the row became a certificate, as all others did or failed
    Column("certificate_shard", SmallInteger),
    Column("certificate_id", Text),
    Column("fault", LargeBinary),
    PrimaryKeyConstraint("upload", "number"),
    **BY_KEY,
)

issuer_keys = Table(
    "issuer_keys",
    metadata,
    _required("id", Text),
    _required("algorithm", Text),
    _required("pem", Text),
    Column("verification_method", Text),
    Column("issuer", Text),
    Column("active_from", Moment),
    Column("retired_at", Moment),
    Column("compromised_at", Moment),
    Column("bound_from", Moment),
    PrimaryKeyConstraint("id"),
)

secret_fingerprints = Table(
    "secret_fingerprints",
    metadata,
    _required("name", Text),  # SHARD_KEY, CONTACT_PEPPER or DATA_KEYS:<kid>
    _required("fingerprint", LargeBinary),
    PrimaryKeyConstraint("name"),
)


def partitioned() -> tuple[str, ...]:
    """Return the tables that PostgreSQL cuts by shard, those of other modules too."""
    options = ((table.name, table.dialect_options["postgresql"]) for table in metadata.sorted_tables)
    return tuple(name for name, one in options if one["partition_by"])
