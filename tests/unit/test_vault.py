import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.sql.vault import Place, StoreKeys, Vault
from credential.errors import ConfigurationError, PramaanError, Unavailable

KEYS = StoreKeys(b"s" * 32, b"p" * 32, {"one": b"1" * 32}, "one")
VAULT = Vault(KEYS, os.urandom)
KEY = b"k" * 32
PLACE = Place("records", "data", 7, b"row")


@given(st.binary(max_size=4000), st.binary(max_size=500))
def test_what_is_sealed_opens_again(text: bytes, known: bytes) -> None:
    assert VAULT.opened(KEY, VAULT.sealed(KEY, text, PLACE, known), PLACE, known) == text


@pytest.mark.parametrize(
    "place",
    [
        Place("certificates", "data", 7, b"row"),
        Place("records", "credentials", 7, b"row"),
        Place("records", "data", 8, b"row"),
        Place("records", "data", 7, b"other"),
    ],
)
def test_a_value_opens_only_at_its_table_column_and_row(place: Place) -> None:
    with pytest.raises(PramaanError, match="does not open"):
        VAULT.opened(KEY, VAULT.sealed(KEY, b"text", PLACE), place)


@given(st.integers(min_value=0), st.integers(0, 7))
def test_every_flipped_bit_is_found(place: int, bit: int) -> None:
    sealed = bytearray(VAULT.sealed(KEY, b"a text of some length", PLACE))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(PramaanError):
        VAULT.opened(KEY, bytes(sealed), PLACE)


def test_an_empty_value_and_another_key_do_not_open() -> None:
    for key, sealed in ((KEY, b""), (KEY, b"\1"), (b"x" * 32, VAULT.sealed(KEY, b"text", PLACE))):
        with pytest.raises(PramaanError):
            VAULT.opened(key, sealed, PLACE)


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert VAULT.sealed(KEY, b"text", PLACE) != VAULT.sealed(KEY, b"text", PLACE)


def test_a_persons_key_opens_for_that_person_only() -> None:
    name, wrapped = VAULT.new_key(7, b"b" * 16)
    assert len(VAULT.unwrapped(name, wrapped, 7, b"b" * 16)) == 32
    for shard, beneficiary in ((8, b"b" * 16), (7, b"c" * 16)):
        with pytest.raises(PramaanError, match="does not open"):
            VAULT.unwrapped(name, wrapped, shard, beneficiary)
    with pytest.raises(Unavailable, match="PRAMAAN_DATA_KEYS"):
        VAULT.unwrapped("gone", wrapped, 7, b"b" * 16)


def test_hashes_depend_on_purpose_parts_and_secret() -> None:
    other = Vault(replace(KEYS, shard_key=b"t" * 32), os.urandom)
    hashes = {
        VAULT.keyed("cursor", "a", "bc"),
        VAULT.keyed("cursor", "ab", "c"),
        VAULT.keyed("fingerprint", "a", "bc"),
        other.keyed("cursor", "a", "bc"),
    }
    assert len(hashes) == 4
    assert VAULT.shard("1") == VAULT.shard("1")
    assert {VAULT.shard(str(number)) for number in range(2000)} <= set(range(4096))
    assert len({VAULT.shard(str(number)) for number in range(2000)}) > 1000


def test_one_number_has_one_hash_in_any_spelling() -> None:
    assert len({VAULT.contact(text) for text in ("9000000001", "+91 90000 00001", "09000000001")}) == 1
    assert VAULT.contact("9000000001") != VAULT.contact("9000000002")
    assert Vault(replace(KEYS, contact_pepper=b"q" * 32), os.urandom).contact("9000000001") != VAULT.contact(
        "9000000001"
    )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"shard_key": b"short"}, "SHARD_KEY"),
        ({"contact_pepper": b""}, "CONTACT_PEPPER"),
        ({"data_keys": {"one": b"short"}}, "DATA_KEYS"),
        ({"active_data_key": "two"}, "DATA_KEYS"),
    ],
)
def test_unfit_secrets_are_refused_by_name(change: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        replace(KEYS, **change)  # type: ignore[arg-type]


def test_secrets_do_not_show_in_a_representation() -> None:
    assert "ssss" not in repr(KEYS)
    assert "1111" not in repr(KEYS)
