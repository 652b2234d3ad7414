"""Certificate ids: unguessable for everyone, and for us they decode to the shard (contract, issueCertificates).

Two spellings, told apart by their shape:

- random: `1`, 26 characters of Crockford base32 holding AES-128 of (12-bit shard, 116 random bits), and a check
  character: ISO 7064's hybrid scheme with 32 characters, which finds every single wrong character. 28 characters.
- cowin: 11 digits, 10^10 plus a keyed permutation of sequence * 4096 + shard over 9 * 10^10: no two collide.
"""

import re

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from credential.permutation import Permutation

SHARDS = 4096
RANDOM_BYTES = 15
COWIN_BASE = 10**10
COWIN_SPAN = 9 * 10**10
SEQUENCES_PER_SHARD = COWIN_SPAN // SHARDS

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_RANDOM = re.compile(f"1[0-7][{_ALPHABET}]{{26}}")
_COWIN = re.compile("[1-9][0-9]{10}")
_BODY = 26
_RANDOM_BITS = 116
_HALF_BITS = 19


class CertificateIds:
    """Makes and reads certificate ids under one secret, which stays the same for the life of the store."""

    def __init__(self, secret: bytes) -> None:
        """Take the deployment's shard key; the keys of the two spellings are derived from it by HKDF."""
        block = Cipher(AES(_derived(secret, b"certificate-id random", 16)), ECB())  # noqa: S305 - one block each, never chained
        self._encrypt = block.encryptor().update
        self._decrypt = block.decryptor().update
        key = _derived(secret, b"certificate-id cowin", 32)
        self._permutation = Permutation(key, half_bits=_HALF_BITS, span=COWIN_SPAN)

    def random(self, shard: int, bits: bytes) -> str:
        """Return the id of a shard (0 to 4095) and 15 random bytes, of which 116 bits are used."""
        low = int.from_bytes(bits[:RANDOM_BYTES], "big") >> (RANDOM_BYTES * 8 - _RANDOM_BITS)
        block = self._encrypt((shard << _RANDOM_BITS | low).to_bytes(16, "big"))
        body = "1" + _base32(int.from_bytes(block, "big"))
        return body + _check_character(body)

    def cowin(self, shard: int, sequence: int) -> str:
        """Return the 11 digits of a shard and a sequence number. Raises OverflowError when the numbers are used up."""
        if not 0 <= sequence < SEQUENCES_PER_SHARD:
            raise OverflowError("This shard has no 11-digit certificate ids left.")
        number = self._permutation.place(sequence * SHARDS + shard)
        return str(COWIN_BASE + number)

    def shard_of(self, certificate_id: str) -> int | None:
        """Return the shard that an id decodes to, None where the text is no id of ours."""
        if _RANDOM.fullmatch(certificate_id):
            return self._random_shard(certificate_id)
        if _COWIN.fullmatch(certificate_id):
            return self._cowin_shard(int(certificate_id) - COWIN_BASE)
        return None

    def _random_shard(self, certificate_id: str) -> int | None:
        if _check_character(certificate_id[:-1]) != certificate_id[-1]:
            return None
        block = 0
        for character in certificate_id[1:-1]:
            block = block << 5 | _VALUES[character]
        return int.from_bytes(self._decrypt(block.to_bytes(16, "big")), "big") >> _RANDOM_BITS

    def _cowin_shard(self, number: int) -> int | None:
        sequence, shard = divmod(self._permutation.number(number), SHARDS)
        return shard if sequence < SEQUENCES_PER_SHARD else None


def _derived(secret: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=b"pramaan " + purpose).derive(secret)


def _base32(number: int) -> str:
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_BODY)))


def _check_character(body: str) -> str:
    """ISO 7064 hybrid recursion, MOD 33,32."""
    product = 32
    for character in body:
        product = ((product + _VALUES[character]) % 32 or 32) * 2 % 33
    return _ALPHABET[(33 - product) % 32]
