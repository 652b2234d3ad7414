"""The proof that a partner app shows (contract, Who calls): a mobile number or a date of birth."""

import hmac

from backends.sql.context import Context
from backends.sql.people import record_place
from backends.sql.rows import key_of_row, record_text
from backends.sql.types import AnyRow
from credential.access import Proof
from credential.record import record_from_json

_DUMMY_SHARD = 0
_DUMMY_ID = "1"
_DUMMY_KEY = bytes(32)
_DUMMY_BENEFICIARY = bytes(16)
_DUMMY_RECORD = (
    b'{"beneficiaryId":"0","recipient":{"name":"-","age":30,"dateOfBirth":"1990-01-01","mobile":"+919000000000"},'
    b'"vaccination":{"name":"COVAXIN","batch":"37F21","manufacturer":"Bharat Biotech International Limited",'
    b'"date":"2021-10-15T06:30:00Z","dose":1,"totalDoses":2},"facility":{"name":"District Hospital"}}'
)


def proven(context: Context, row: AnyRow | None, proof: Proof) -> bool:
    """Tell whether the proof fits the record of a full row; None stands for nobody and costs the same work."""
    contact = context.vault.contact(proof.mobile or "")
    text = _dummy(context) if row is None else record_text(context, row, key_of_row(context, row))
    stored_birth = record_from_json(text).recipient.date_of_birth or ""
    stored_contact = b"" if row is None else row.contact or b""
    if proof.mobile is not None:
        fits = hmac.compare_digest(stored_contact, contact)
    else:
        fits = bool(stored_birth) and hmac.compare_digest(_shortened(proof, stored_birth), stored_birth.encode())
    return fits and row is not None


def _shortened(proof: Proof, stored: str) -> bytes:
    """Return the date shown, at the precision of the stored one: who knows the day knows the year."""
    shown = proof.date_of_birth or ""
    return shown[: len(stored)].encode()


def _dummy(context: Context) -> bytes:
    """Seal and open a record of nobody: as much work as opening one, and a little more."""
    name, wrapped = context.vault.new_key(_DUMMY_SHARD, _DUMMY_BENEFICIARY)
    key = context.vault.unwrapped(name, wrapped, _DUMMY_SHARD, _DUMMY_BENEFICIARY)
    place = record_place(_DUMMY_SHARD, _DUMMY_ID)
    return context.vault.opened(key, context.vault.sealed(key, _DUMMY_RECORD, place), place)
