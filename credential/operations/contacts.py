"""The contact index: which beneficiaries a mobile number belongs to."""

from collections.abc import Sequence

from credential.ports import ContactIndex


async def index(ids: Sequence[str], *, contacts: ContactIndex) -> int:
    """Index the contacts of these certificates; doing it again changes nothing."""
    return await contacts.index_contacts(ids)
