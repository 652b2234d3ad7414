"""Synthetic documents to canonicalise, sign and spoil. Each call makes a fresh one."""

import copy
from typing import Any

from credential.contexts import COWIN_V2, CREDENTIALS_V1, CREDENTIALS_V2, VACCINATION_V1

Json = dict[str, Any]

_ADDRESS: Json = {
    "streetAddress": "1 Sample Road",
    "streetAddress2": "",
    "district": "கோயம்புத்தூர்",
    "city": "",
    "addressRegion": "Tamil Nadu",
    "addressCountry": "IND",
    "postalCode": 641001,
}

_COWIN: Json = {
    "@context": [CREDENTIALS_V1, COWIN_V2],
    "type": ["VerifiableCredential", "ProofOfVaccinationCredential"],
    "credentialSubject": {
        "type": "Person",
        "id": "did:india:10000000000001",
        "refId": "10000000000001",
        "name": "மாதிரி நபர் 1",
        "uhid": "",
        "gender": "Female",
        "age": "41",
        "nationality": "Indian",
        "address": {**_ADDRESS, "postalCode": ""},
        "dob": "1980-05-06",
    },
    "issuer": "https://cowin.gov.in/",
    "issuanceDate": "2021-12-15T06:30:00.000Z",
    "evidence": [
        {
            "id": "https://cowin.gov.in/vaccine/90000000001",
            "feedbackUrl": "https://cowin.gov.in/?90000000001",
            "infoUrl": "https://cowin.gov.in/?90000000001",
            "certificateId": "90000000001",
            "type": ["Vaccination"],
            "batch": "SAMPLE-1",
            "vaccine": "COVAXIN",
            "manufacturer": "Sample Biologics",
            "date": "2021-12-15T06:00:00.000Z",
            "effectiveStart": "2021-12-15",
            "effectiveUntil": "2022-12-15",
            "dose": 1,
            "totalDoses": 2,
            "verifier": {"name": "Sample Vaccinator"},
            "facility": {"name": 'Sample "Health" Centre \\ 1', "address": _ADDRESS},
            "icd11Code": "XM1NL1",
            "prophylaxis": "COVID-19 vaccine, inactivated virus",
        }
    ],
    "nonTransferable": "true",
}

_VC2: Json = {
    "@context": [CREDENTIALS_V2, VACCINATION_V1],
    "type": ["VerifiableCredential", "VaccinationCertificate"],
    "issuer": "did:web:issuer.example",
    "validFrom": "2021-12-15T06:30:00.000Z",
    "credentialSubject": {
        "id": "urn:uuid:5f2c9c34-9b5c-4d76-9c35-5cf0bba2ee55",
        "type": "VaccinatedPerson",
        "beneficiaryId": "10000000000001",
        "name": "नमूना व्यक्ति 1",
        "age": 41,
        "birthDate": "1980-05",
        "gender": "Female",
        "nationality": "Indian",
        "vaccination": {
            "type": "VaccinationEvent",
            "certificateId": "1ABCDEFGH",
            "programme": "COVID-19",
            "kind": "DOMESTIC",
            "vaccine": "COVAXIN",
            "batch": "SAMPLE-1",
            "manufacturer": "Sample Biologics",
            "icd11Code": "XM1NL1",
            "prophylaxis": "COVID-19 vaccine, inactivated virus",
            "date": "2021-12-15T06:00:00.000Z",
            "effectiveStart": "2021-12-15",
            "effectiveUntil": "2022-12-15",
            "dose": 1,
            "totalDoses": 2,
            "stage": "PROVISIONAL",
            "vaccinator": {"type": "Vaccinator", "name": "Sample Vaccinator"},
            "facility": {
                "type": "VaccinationFacility",
                "name": "Sample Health Centre",
                "address": {
                    "type": "PostalAddress",
                    "streetAddress": "1 Sample Road",
                    "streetAddress2": "Ward 2",
                    "city": "Pollachi",
                    "district": "Coimbatore",
                    "region": "Tamil Nadu",
                    "postalCode": "642001",
                    "country": "IN",
                },
            },
        },
    },
}


def cowin() -> Json:
    """Return an unsigned credential of the profile cowin-v2."""
    return copy.deepcopy(_COWIN)


def vc2() -> Json:
    """Return an unsigned credential of the profile vc2 that uses every member of it."""
    return copy.deepcopy(_VC2)


def put(document: Json, path: str, value: object) -> Json:
    """Set the member at a dotted path, such as "evidence.0.dose"."""
    *way, last = path.split(".")
    node: Any = document
    for step in way:
        node = node[int(step)] if isinstance(node, list) else node[step]
    node[last] = value
    return document
