import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential.certificate_id import RANDOM_BYTES, SEQUENCES_PER_SHARD, SHARDS, CertificateIds

IDS = CertificateIds(b"a secret of thirty-two bytes ...")
OTHERS = CertificateIds(b"another secret of the same size ")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

shards = st.integers(0, SHARDS - 1)
bits = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)
sequences = st.integers(0, SEQUENCES_PER_SHARD - 1)


@given(shards, bits)
def test_a_random_id_has_28_characters_and_decodes_to_its_shard(shard: int, random: bytes) -> None:
    text = IDS.random(shard, random)
    assert len(text) == 28
    assert text[0] == "1"
    assert set(text) <= set(ALPHABET)
    assert IDS.shard_of(text) == shard


@given(shards, bits, st.integers(0, 27), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_of_a_random_id_is_found(
    shard: int, random: bytes, place: int, wrong: str
) -> None:
    text = IDS.random(shard, random)
    changed = text[:place] + wrong + text[place + 1 :]
    assert (IDS.shard_of(changed) is None) == (changed != text)


@given(shards, sequences)
def test_a_cowin_id_has_11_digits_and_decodes_to_its_shard(shard: int, sequence: int) -> None:
    text = IDS.cowin(shard, sequence)
    assert len(text) == 11
    assert 10**10 <= int(text) < 10**11
    assert IDS.shard_of(text) == shard


def test_cowin_ids_neither_collide_nor_run_in_order() -> None:
    made = [IDS.cowin(shard, sequence) for shard in range(0, SHARDS, 64) for sequence in range(100)]
    assert len(set(made)) == len(made)
    assert made != sorted(made)


def test_the_ends_of_the_cowin_range_decode_too() -> None:
    assert IDS.shard_of(IDS.cowin(SHARDS - 1, SEQUENCES_PER_SHARD - 1)) == SHARDS - 1
    assert IDS.shard_of(IDS.cowin(0, 0)) == 0


def test_a_used_up_shard_is_an_overflow() -> None:
    with pytest.raises(OverflowError):
        IDS.cowin(7, SEQUENCES_PER_SHARD)


def test_another_secret_reads_other_shards() -> None:
    texts = [IDS.random(shard, bytes([shard]) * RANDOM_BYTES) for shard in range(64)]
    assert [OTHERS.shard_of(text) for text in texts] != list(range(64))
    texts = [IDS.cowin(shard, 5) for shard in range(64)]
    assert [OTHERS.shard_of(text) for text in texts] != list(range(64))


@given(st.text(max_size=40))
def test_other_texts_are_no_ids(text: str) -> None:
    if not (len(text) in (11, 28) and text.isascii()):
        assert IDS.shard_of(text) is None


def test_known_foreign_shapes_are_no_ids() -> None:
    good = IDS.random(9, bytes(RANDOM_BYTES))
    for text in ("", good.lower(), good + " ", "०" * 11, "2" * 28, "02345678901", "123456789012", good[:-1]):
        assert IDS.shard_of(text) is None, text
