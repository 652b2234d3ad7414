"""The status lists that a verifier holds: believed only if signed by the issuer, and never older than one seen.

Lists and deltas come as documents, from files or from the issuer's doors, and are looked at once, by `accept`. What a
certificate's bits then say is another matter: an expired list still tells that a bit was set, as revoking is for ever,
but no longer that it was not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from credential.binding import evidence_id, marked_position
from credential.errors import ProofError, StatusListRefused
from credential.keys import Profile, PublicKey
from credential.moments import moment
from credential.proof import proof_facts
from credential.status.bitstring import decode, difference, digest, is_set
from credential.status.documents import (
    CHANGE_TYPE,
    CONTEXT,
    DELTA_TYPES,
    LIST_TYPE,
    LIST_TYPES,
    StatusList,
    subject_id,
)
from credential.status.positions import LIST_SIZE, ListPurpose
from credential.verification.result import CheckStatus
from credential.verification.shapes import INTEGER, TEXT, Anything, Exactly, Members, Shape, Value, misfit
from credential.verification.signer import find_signer
from credential.verification.times import SKEW

Json = Mapping[str, Any]

_ADDRESS: Final = re.compile(r"https?://[^\s?#]+/(revocation|refresh)/(0|[1-9][0-9]{0,9})", re.ASCII)


def _credential(types: Sequence[str], subject: Mapping[str, Shape]) -> Members:
    return Members(
        {
            "@context": Exactly(list(CONTEXT)),
            "id": TEXT,
            "type": Exactly(list(types)),
            "issuer": TEXT,
            "validFrom": TEXT,
            "validUntil": TEXT,
            "credentialSubject": Members(subject),
            "proof": Anything(),
        }
    )


LIST: Final = _credential(
    LIST_TYPES,
    {
        "id": TEXT,
        "type": Exactly(LIST_TYPE),
        "statusPurpose": Value(re.compile("|".join(ListPurpose))),
        "sequence": INTEGER,
        "ttl": INTEGER,
        "encodedList": TEXT,
    },
)
DELTA: Final = _credential(
    DELTA_TYPES,
    {
        "id": TEXT,
        "type": Exactly(CHANGE_TYPE),
        "fromSequence": INTEGER,
        "toSequence": INTEGER,
        "flippedBits": TEXT,
        "digestMultibase": TEXT,
    },
)


@dataclass(frozen=True, slots=True)
class Seen:
    """The highest sequence of a list that a verifier has seen, and the digest of its bits then."""

    sequence: int
    digest: str


ListName = tuple[str, str]
"""A list's issuer and its address: no issuer speaks of another's lists."""


@dataclass(frozen=True, slots=True)
class HeldList:
    """A list that was believed: its address and issuer, its bits, and from when until when they hold."""

    url: str
    issuer: str
    content: StatusList
    valid_from: datetime
    valid_until: datetime

    @property
    def name(self) -> ListName:
        """Whose list it is."""
        return self.issuer, self.url


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """What the lists at hand say of a certificate: of each purpose, None where its list is not at hand.

    `fresh`: the list of revocations has not expired. `as_of` is when it was signed. `named` False: the certificate
    names no list.
    """

    named: bool = True
    revoked: bool | None = None
    superseded: bool | None = None
    fresh: bool = False
    as_of: datetime | None = None


class StatusLists:
    """The lists at hand. `keys` are of issuers whose lists speak for the certificates that are verified."""

    def __init__(self, keys: Sequence[PublicKey], seen: Mapping[ListName, Seen] | None = None) -> None:
        """Take the trusted keys, and what was seen of lists before."""
        self._keys = keys
        self._seen = dict(seen or {})
        self._held: dict[ListName, HeldList] = {}

    @property
    def seen(self) -> Mapping[ListName, Seen]:
        """The highest sequence of each list, to be remembered for the next time."""
        return self._seen

    def accept(self, document: Json, *, now: datetime) -> None:
        """Take a list, or a delta of a list that was taken. Raises StatusListRefused with the reason."""
        if document.get("type") == list(DELTA_TYPES):
            self._take(self._after_delta(document, now))
        else:
            self._take(self._of_list(document, now))

    def look_up(self, document: Json, profile: Profile, *, now: datetime) -> ListAnswer:
        """Return what the lists say of a certificate whose signature was checked."""
        found = self._of_vc2(document) if profile is Profile.VC2 else self._of_mark(document)
        if found is None:
            return ListAnswer(named=False)
        index, lists = found
        revocation, refresh = (lists.get(purpose) for purpose in ListPurpose)
        told = revocation or refresh
        return ListAnswer(
            revoked=is_set(revocation.content.bits, index) if revocation else None,
            superseded=is_set(refresh.content.bits, index) if refresh else None,
            fresh=revocation is not None and now <= revocation.valid_until,
            as_of=told.valid_from if told else None,
        )

    def _of_vc2(self, document: Json) -> tuple[int, dict[ListPurpose, HeldList]] | None:
        """Find the lists by their addresses; only the certificate's own issuer speaks for it."""
        entries = document.get("credentialStatus")
        if entries is None:
            return None
        indexes = {int(entry["statusListIndex"]) for entry in entries}
        if len(indexes) != 1 or max(indexes) >= LIST_SIZE:
            return 0, {}
        held = [self._held.get((document["issuer"], entry["statusListCredential"])) for entry in entries]
        named = [(entry["statusPurpose"], one) for entry, one in zip(entries, held, strict=True) if one is not None]
        return indexes.pop(), {one.content.purpose: one for purpose, one in named if one.content.purpose == purpose}

    def _of_mark(self, document: Json) -> tuple[int, dict[ListPurpose, HeldList]] | None:
        """Find the lists by their number, which is all that the mark has; of several issuers none is meant."""
        position = marked_position(evidence_id(document))
        if position is None:
            return None
        lists = [one for one in self._held.values() if one.content.number == position.number]
        ambiguous = len(lists) != len({one.content.purpose for one in lists})
        if ambiguous or position.index >= LIST_SIZE:
            return 0, {}
        return position.index, {one.content.purpose: one for one in lists}

    def _of_list(self, document: Json, now: datetime) -> HeldList:
        valid_from, valid_until = self._checked(document, LIST, now)
        subject, url = document["credentialSubject"], document["id"]
        place = _ADDRESS.fullmatch(url)
        if place is None or place[1] != subject["statusPurpose"] or subject["id"] != subject_id(url):
            raise StatusListRefused("The list's address, purpose and subject do not agree.")
        content = StatusList(ListPurpose(place[1]), int(place[2]), subject["sequence"], decode(subject["encodedList"]))
        return HeldList(url, document["issuer"], content, valid_from, valid_until)

    def _after_delta(self, document: Json, now: datetime) -> HeldList:
        valid_from, valid_until = self._checked(document, DELTA, now)
        subject = document["credentialSubject"]
        held = self._held.get((document["issuer"], subject["id"].partition("#")[0]))
        if held is None or subject["id"] != subject_id(held.url):
            raise StatusListRefused("The delta is of a list that is not at hand; give the list before it.")
        if held.content.sequence != subject["fromSequence"] or subject["toSequence"] <= subject["fromSequence"]:
            raise StatusListRefused("The delta does not lead on from the list at hand.")
        bits = difference(held.content.bits, decode(subject["flippedBits"]))
        if digest(bits) != subject["digestMultibase"]:
            raise StatusListRefused("The delta does not lead to the list whose digest it names.")
        content = replace(held.content, sequence=subject["toSequence"], bits=bits)
        return HeldList(held.url, held.issuer, content, valid_from, valid_until)

    def _checked(self, document: Json, shape: Members, now: datetime) -> tuple[datetime, datetime]:
        """Check structure, signature and start; return the period. Raises StatusListRefused."""
        fault = misfit(document, shape)
        if fault:
            raise StatusListRefused(f"Not the closed structure of a status list or its delta: {fault}.")
        try:
            facts = proof_facts(document)
        except ProofError as error:
            raise StatusListRefused(str(error)) from None
        _, checks = find_signer(document, facts, self._keys)
        for check in checks:
            if check.status is not CheckStatus.PASSED:
                raise StatusListRefused(
                    f"No trusted key of its issuer signed it; is the issuer's DID document given? {check.message}"
                )
        start, end = moment(document["validFrom"]), moment(document["validUntil"])
        if start is None or end is None or start > now + SKEW:
            raise StatusListRefused("The list's period cannot be read, or has not begun.")
        return start, end

    def _take(self, taken: HeldList) -> None:
        """Hold a list, unless a later sequence of it, or another list of the same sequence, was seen."""
        new, before = Seen(taken.content.sequence, digest(taken.content.bits)), self._seen.get(taken.name)
        if before is not None and new.sequence < before.sequence:
            raise StatusListRefused(f"Sequence {new.sequence} is older than {before.sequence}, which was seen.")
        if before is not None and new.sequence == before.sequence and new.digest != before.digest:
            raise StatusListRefused(f"Another list of sequence {new.sequence} was seen: one of them is not genuine.")
        held = self._held.get(taken.name)
        if held is not None and held.content.sequence == new.sequence and held.valid_until > taken.valid_until:
            return  # the same list, signed earlier
        self._seen[taken.name] = new
        self._held[taken.name] = taken
