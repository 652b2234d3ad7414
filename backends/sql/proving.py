"""The proof that a partner app shows (contract, Who calls): a mobile number or a date of birth."""

import hmac

from backends.sql.context import Context
from backends.sql.people import record_place
from backends.sql.rows import record_of
from backends.sql.types import AnyRow
from credential.access import Proof
from credential.record import record_from_json

_NOBODY = bytes(16)
_DUMMY_RECORD = (
    b'{"beneficiaryId":"0","recipient":{"name":"-","age":30,"dateOfBirth":"1990-01-01","mobile":"+919000000000"},'
    b'"vaccination":{"name":"COVAXIN","batch":"37F21","manufacturer":"Bharat Biotech International Limited",'
    b'"date":"2021-10-15T06:30:00Z","dose":1,"totalDoses":2},"facility":{"name":"District Hospital"}}'
)


class Prover:
    """Compares proofs with records, at equal cost for nobody's."""

    def __init__(self, context: Context) -> None:
        """Seal a record of nobody, to be opened where there is none."""
        self._context = context
        self._name, self._wrapped = context.vault.new_key(0, _NOBODY)
        key = context.vault.unwrapped(self._name, self._wrapped, 0, _NOBODY)
        self._sealed = context.vault.sealed(key, _DUMMY_RECORD, record_place(0, ""))

    def proven(self, row: AnyRow | None, proof: Proof) -> bool:
        """Tell whether the proof fits the record of a full row; None stands for nobody."""
        contact = self._context.vault.contact(proof.mobile or "")
        record = record_from_json(self._nobody()) if row is None else record_of(self._context, row)
        stored_birth = record.recipient.date_of_birth or ""
        stored_contact = b"" if row is None else row.contact or b""
        # as precise as stored: who knows the day knows the year
        shown = (proof.date_of_birth or "")[: len(stored_birth)]
        born = hmac.compare_digest(shown.encode(), stored_birth.encode())
        reached = hmac.compare_digest(stored_contact, contact)
        fits = reached if proof.mobile is not None else born and stored_birth != ""
        return fits and row is not None

    def _nobody(self) -> bytes:
        vault = self._context.vault
        return vault.opened(vault.unwrapped(self._name, self._wrapped, 0, _NOBODY), self._sealed, record_place(0, ""))
