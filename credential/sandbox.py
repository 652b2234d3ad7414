"""The sandbox, where developers try their apps: its names and keys, and that nothing of it counts anywhere else.

Its private keys are published (`backends.signers.sandbox`), so anybody can sign with them. Therefore it issues under
names of its own, and a store holds keys of a sandbox or of an issuer, never both.
"""

from collections.abc import Iterable
from typing import Final

from credential.errors import ConfigurationError
from credential.keys import PublicKey

ISSUER: Final = "https://sandbox.invalid/"
"""Issuer of Co-WIN profiles. Nobody can ever own a name below .invalid (RFC 2606, section 2)."""
KEY_ID: Final = "did:sandbox"
ISSUER_NAME: Final = "Sandbox: samples, not valid"
_WEB: Final = "did:web:"
DID_PATH: Final = ":sandbox"
"""What a sandbox's did:web ends with; so its document is at /sandbox/did.json (did:web Method, 3.2)."""
KEY_IDS: Final = frozenset(
    {"ZFBukygAwaF41m-QMKgNF_fyNRuJq-PAjt5xBRFAIow", "2wZSpw_rx1ACeHtwlNpVMjm1zEoB12Co4YfuF3ZAL6M"}
)
"""The thumbprints (RFC 7638) of the published keys: RSA and Ed25519."""


def names_sandbox(issuer: str) -> bool:
    """Tell whether an issuer's name is a sandbox's."""
    return issuer == ISSUER or (issuer.startswith(_WEB) and issuer.removeprefix(_WEB).endswith(DID_PATH))


def refuse_published(keys: Iterable[PublicKey]) -> None:
    """Raise ConfigurationError where a key is the sandbox's."""
    if any(key.id in KEY_IDS for key in keys):
        raise ConfigurationError(
            "A key is the sandbox's, with which everybody can sign; `pramaan keys generate` makes one of your own."
        )


def refuse_mixing(stored: Iterable[PublicKey], *, sandbox: bool) -> None:
    """Raise ConfigurationError where a store holds keys of the other kind of deployment: it is no sandbox's, or is."""
    kinds = {key.id in KEY_IDS for key in stored}
    if sandbox and False in kinds:
        raise ConfigurationError(
            "PRAMAAN_STORE_URL names the store of an issuer, which PRAMAAN_ENV=sandbox keeps away from; name another."
        )
    if not sandbox and True in kinds:
        raise ConfigurationError(
            "PRAMAAN_STORE_URL names the store of a sandbox, whose certificates count nowhere else; name another."
        )
