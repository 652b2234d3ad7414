"""Rules of the programme: corrections, revocation, eligibility (contract; Co-WIN specification 4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from credential.errors import BadUserInput, NotFound
from credential.keys import Profile
from credential.record import Kind

LIMIT_REACHED = "The corrections of this dose are used up; PRAMAAN_UPDATE_LIMIT sets how many there are."


def _default_profiles() -> Mapping[Kind, tuple[Profile, ...]]:
    return {Kind.DOMESTIC: (Profile.COWIN_V1,), Kind.INTERNATIONAL: (Profile.COWIN_V2,)}


@dataclass(frozen=True, slots=True)
class IssuancePolicy:
    """How this deployment issues.

    `issuer` is the issuer of Co-WIN profiles and `key_id` their verificationMethod; `did` is the issuer of vc2 (did:web
    of the public address). `profiles` lists per kind the profiles that are signed, the primary first. `bound` puts the
    `#b1.` mark on Co-WIN profiles; False gives the old system's bytes exactly. `update_limit` is the number of
    corrections per dose; more than `approval_above` certificates are changed at once only when another client approves.
    `apply_per_second` bounds how fast a reconciliation is applied; 0 does not.
    `status_url` is the address below which the status lists are published, such as https://certificates.example/status;
    None: none are. `names_lists` False: certificates name no list.
    """

    issuer: str = "https://cowin.gov.in/"
    key_id: str = "did:india"
    did: str = "did:web:localhost"
    profiles: Mapping[Kind, tuple[Profile, ...]] = field(default_factory=_default_profiles)
    bound: bool = True
    update_limit: int = 5
    approval_above: int = 1_000
    apply_per_second: int = 500
    status_url: str | None = None
    names_lists: bool = True

    def lists_status(self, kind: Kind) -> bool:
        """Tell whether certificates of a kind name their bit in the status lists: vc2 does, and what is bound."""
        listed = self.bound or Profile.VC2 in self.profiles[kind]
        return self.status_url is not None and self.names_lists and listed


def is_for_travel(kind: Kind, dose: int, total_doses: int) -> bool:
    """Tell whether an international page is due: that kind, and the schedule done (Co-WIN specification 4.7)."""
    return kind is Kind.INTERNATIONAL and dose >= total_doses


def doses_to_revoke(held: Collection[int], wanted: Sequence[int] | None) -> tuple[int, ...]:
    """Return the doses to revoke, given those held.

    All of them for None, else `wanted`, which must be consecutive and include the highest held (Co-WIN specification
    4.4). Raises NotFound where none is held, BadUserInput where the doses break the rule.
    """
    if not held:
        raise NotFound("No certificate of this beneficiary can be revoked.")
    if wanted is None:
        return tuple(sorted(held))
    doses = sorted(set(wanted))
    if not doses or doses != list(range(doses[0], doses[-1] + 1)):
        raise BadUserInput("Doses must be consecutive.", ("doses",))
    if max(held) not in doses:
        raise BadUserInput("Doses must include the highest dose that the beneficiary holds.", ("doses",))
    if not set(doses) <= set(held):
        raise NotFound("The beneficiary holds no certificate for one of the doses.", ("doses",))
    return tuple(doses)
