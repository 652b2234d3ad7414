import json
from datetime import UTC, datetime, timedelta

import base58
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from credential import jwk, primitives
from credential.errors import ConfigurationError, ProofError, SignatureMismatch
from credential.keys import Algorithm

PRIVATE: dict[Algorithm, primitives.PrivateKey] = {
    Algorithm.RSA: rsa.generate_private_key(65537, 2048),
    Algorithm.ED25519: ed25519.Ed25519PrivateKey.generate(),
    Algorithm.P256: ec.generate_private_key(ec.SECP256R1()),
}
PUBLIC = {algorithm: private.public_key() for algorithm, private in PRIVATE.items()}


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_pem_and_jwk_read_back(algorithm: Algorithm) -> None:
    key = PUBLIC[algorithm]
    for text in (jwk.to_pem(key), json.dumps(jwk.to_jwk(key) | {"use": "sig", "kid": "x"}), "\n" + jwk.to_pem(key)):
        assert jwk.read_public_key(text) == key
    assert primitives.algorithm_of(key) is algorithm


@pytest.mark.parametrize("algorithm", [Algorithm.ED25519, Algorithm.P256])
def test_multikey_reads_back(algorithm: Algorithm) -> None:
    key = PUBLIC[algorithm]
    assert jwk.read_public_key(jwk.to_multikey(key)) == key


def test_multikey_prefixes_are_those_of_the_recommendation() -> None:
    assert jwk.to_multikey(PUBLIC[Algorithm.ED25519]).startswith("z6Mk")
    assert jwk.to_multikey(PUBLIC[Algorithm.P256]).startswith("zDn")
    with pytest.raises(ConfigurationError):
        jwk.to_multikey(PUBLIC[Algorithm.RSA])


def test_base58_of_an_ed25519_key_reads_back() -> None:
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    assert jwk.read_public_key(base58.b58encode(key.public_bytes_raw()).decode()) == key


def test_certificate_gives_its_key() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Sample Issuer")])
    start = datetime(2021, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, private.public_key(), 1, start, start + timedelta(days=1))
    certificate = builder.sign(private, primitives._ECDSA.algorithm)  # type: ignore[arg-type]
    assert jwk.read_public_key(certificate.public_bytes(Encoding.PEM).decode()) == private.public_key()


def test_thumbprint_is_that_of_rfc_7638() -> None:
    """The example of RFC 7638, section 3.1."""
    example = {
        "kty": "RSA",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiF"
        "V4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zg"
        "dAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"
        "kEgU8awapJzKnqDKgw",
        "e": "AQAB",
    }
    key = jwk.read_public_key(json.dumps(example))
    assert jwk.thumbprint(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_thumbprint_of_ed25519_is_that_of_rfc_8037() -> None:
    """The example of RFC 8037, appendix A.3."""
    key = jwk.from_jwk({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    assert jwk.thumbprint(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


P384 = ec.generate_private_key(ec.SECP384R1()).public_key()
BAD = {
    "nothing": "",
    "no base58": "O0Il",
    "short base58": base58.b58encode(b"x" * 31).decode(),
    "broken PEM": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    "private key": PRIVATE[Algorithm.ED25519].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    "small RSA": jwk.to_pem(rsa.generate_private_key(65537, 1024).public_key()),  # noqa: S505 - it is refused
    "P-384": P384.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    "Ed448": ed448.Ed448PrivateKey.generate()
    .public_key()
    .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    .decode(),
    "broken JWK": "{",
    "JWK without kty": '{"crv":"P-256"}',
    "JWK of another curve": '{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}',
    "point off the curve": '{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}',
    "JWK with a number": '{"kty":"OKP","crv":"Ed25519","x":5}',
    "symmetric JWK": '{"kty":"oct","k":"AAAA"}',
    "no ASCII": "ключ",
}


@pytest.mark.parametrize("fault", BAD)
def test_is_no_public_key(fault: str) -> None:
    with pytest.raises(ConfigurationError, match="Give a PEM"):
        jwk.read_public_key(BAD[fault])


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_primitives_sign_and_verify(algorithm: Algorithm) -> None:
    signature = primitives.sign(algorithm, PRIVATE[algorithm], b"data")
    primitives.verify(algorithm, PUBLIC[algorithm], signature, b"data")
    assert len(signature) == (256 if algorithm is Algorithm.RSA else 64)
    for bad in (signature[:-1] + bytes([signature[-1] ^ 1]), signature[:-1], b""):
        with pytest.raises(SignatureMismatch):
            primitives.verify(algorithm, PUBLIC[algorithm], bad, b"data")
    with pytest.raises(SignatureMismatch):
        primitives.verify(algorithm, PUBLIC[algorithm], signature, b"other")


def test_primitives_refuse_a_key_of_another_kind() -> None:
    with pytest.raises(ProofError):
        primitives.sign(Algorithm.RSA, PRIVATE[Algorithm.P256], b"data")
    with pytest.raises(ProofError):
        primitives.verify(Algorithm.ED25519, PUBLIC[Algorithm.P256], bytes(64), b"data")
    with pytest.raises(ProofError):
        primitives.algorithm_of(P384)
