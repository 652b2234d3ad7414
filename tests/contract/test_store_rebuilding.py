"""Reading back what was signed, on both databases."""

from backends.sql.store import SqlStore
from credential.access import ALL_ROWS
from credential.certificate import RevocationReason
from credential.ports import RevocationTarget, Signed
from tests.contract.store_samples import issued, record, request


async def test_every_signed_version_is_read_once_in_pages(store: SqlStore) -> None:
    ids = [await issued(store, record(number)) for number in range(1, 6)]
    target = RevocationTarget(ids=(ids[0],))
    await store.revoke(request("revokeCertificates"), target, RevocationReason.OTHER, visible=ALL_ROWS)
    pending = await store.accept(request("issueCertificates"), [record(9)])
    assert pending.outcomes[0].certificate_id
    found: list[Signed] = []
    after, pages = None, 0
    while pages == 0 or after is not None:
        page = await store.signed_after(after, limit=2)
        found += page.signed
        after, pages = page.after, pages + 1
    assert sorted(one.item.id for one in found) == sorted(ids)
    assert pages == 3
    assert all(one.credentials and one.payload_digest for one in found)
    assert {one.item.record.beneficiary_id for one in found} == {record(n).beneficiary_id for n in range(1, 6)}


async def test_an_empty_store_has_one_empty_page(store: SqlStore) -> None:
    page = await store.signed_after(None, limit=10)
    assert (page.signed, page.after) == ((), None)
