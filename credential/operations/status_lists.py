"""Status lists: what was revoked or superseded becomes bits, and each changed list is signed and published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credential.errors import ConfigurationError
from credential.key_choice import choose
from credential.keys import Profile, PublicKey
from credential.operations.issue import to_text
from credential.policy import IssuancePolicy
from credential.ports import DueList, SignedList, Signer, StatusLists
from credential.proof import attach, prepare, suite_for
from credential.record import Kind
from credential.status.documents import RENEWAL, VALIDITY, Publication, delta_document, list_document

SIGNED_AT_ONCE = 50


def names_lists(policy: IssuancePolicy) -> bool:
    """Tell whether any certificate of this deployment names a status list."""
    return any(policy.lists_status(kind) for kind in Kind)


def list_key(keys: Sequence[PublicKey], now: datetime) -> PublicKey:
    """Return the key that signs status lists: one that fits the profile vc2. Raises ConfigurationError."""
    try:
        return choose(keys, Profile.VC2, now)
    except ConfigurationError:
        raise ConfigurationError(
            "No active key signs the status lists that certificates name: give PRAMAAN_SIGNER_URL an Ed25519 or P-256 "
            "key whose verificationMethod is our did:web, or set PRAMAAN_STATUS_LISTS=no to issue certificates that "
            "name no list."
        ) from None


async def publish(*, lists: StatusLists, signer: Signer, policy: IssuancePolicy, now: datetime) -> int:
    """Fold the feed into bits, then sign and publish each list that changed or soon expires; return how many things.

    Raises ConfigurationError without a key that fits, SigningFailed when the signer is away: what is due stays due.
    """
    if policy.status_url is None:
        return 0
    done = await lists.fold(ahead=names_lists(policy))
    keys = signer.keys()
    compromised = {key.id for key in keys if key.compromised_at is not None and key.compromised_at <= now}
    while due := await lists.due_lists(compromised=compromised, now=now, limit=SIGNED_AT_ONCE):
        publication = Publication(policy.status_url, policy.did, now.replace(microsecond=0))
        signing = _Signing(signer, list_key(keys, now), publication)
        signed = await signing.signed(due)
        published = await lists.publish_lists(signed)
        done += published
        if not published:  # another worker was faster
            break
    return done


@dataclass(frozen=True, slots=True)
class _Signing:
    """How lists are signed in one round."""

    signer: Signer
    key: PublicKey
    publication: Publication

    async def signed(self, due: Sequence[DueList]) -> list[SignedList]:
        """Sign lists, and the deltas of those whose bits changed, as one batch."""
        deltas = [item for item in due if item.published and item.published.sequence < item.content.sequence]
        lists = [list_document(item.content, self.publication) for item in due]
        changes = [delta_document(item.published, item.content, self.publication) for item in deltas if item.published]
        texts = await self._texts([*lists, *changes])
        delta_of = {id(item): text for item, text in zip(deltas, texts[len(due) :], strict=True)}
        valid_until, renew_at = self.publication.at + VALIDITY, self.publication.at + RENEWAL
        return [
            SignedList(item, text, delta_of.get(id(item)), valid_until, renew_at, self.key.id)
            for item, text in zip(due, texts[: len(due)], strict=True)
        ]

    async def _texts(self, documents: Sequence[dict[str, Any]]) -> list[str]:
        suite = suite_for(Profile.VC2, self.key.algorithm)
        method = self.key.verification_method or ""
        prepared = prepare(documents, suite=suite, created=self.publication.at, verification_method=method)
        inputs = [one.signing_input for one in prepared]
        signatures = await self.signer.sign(self.key.id, self.key.algorithm, inputs)
        return [to_text(document) for document in attach(prepared, signatures)]
