"""A change of a certificate that others may be told of."""

from dataclasses import dataclass

from backends.sql.people import Person
from credential.acknowledgement import Became


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one certificate.

    `reason` is that of a failure or revocation, without personal data; `seen`: the holder has or had the certificate.
    """

    person: Person
    certificate_id: str
    became: Became
    reason: str = ""
    seen: bool = False
