import pytest
from cryptography.fernet import Fernet, InvalidToken

from rewards.core.secrecy import Vault, hash_token


@pytest.fixture
def old_key():
    return Fernet.generate_key().decode()


@pytest.fixture
def new_key():
    return Fernet.generate_key().decode()


def test_what_was_encrypted_is_decrypted(old_key):
    vault = Vault([old_key])

    assert vault.decrypt(vault.encrypt("赵小满")) == "赵小满"


def test_the_same_text_is_never_encrypted_alike(old_key):
    vault = Vault([old_key])

    assert vault.encrypt("赵小满") != vault.encrypt("赵小满")


def test_a_stranger_cannot_decrypt(old_key, new_key):
    with pytest.raises(InvalidToken):
        Vault([new_key]).decrypt(Vault([old_key]).encrypt("赵小满"))


def test_a_key_put_in_front_still_reads_what_the_old_one_wrote(old_key, new_key):
    sealed = Vault([old_key]).encrypt("赵小满")

    assert Vault([new_key, old_key]).decrypt(sealed) == "赵小满"


def test_a_key_put_in_front_writes(old_key, new_key):
    sealed = Vault([new_key, old_key]).encrypt("赵小满")

    assert Vault([new_key]).decrypt(sealed) == "赵小满"


def test_a_key_put_in_front_changes_no_lookup(old_key, new_key):
    phone = "+8613900000000"

    assert Vault([old_key]).lookup(phone) == Vault([new_key, old_key]).lookup(phone)


def test_lookups_are_equal_for_equal_texts_alone(old_key):
    vault = Vault([old_key])

    assert vault.lookup("+8613900000000") == vault.lookup("+8613900000000")
    assert vault.lookup("+8613900000000") != vault.lookup("+8613900000001")


def test_a_lookup_tells_a_stranger_nothing(old_key, new_key):
    assert Vault([old_key]).lookup("+8613900000000") != Vault([new_key]).lookup("+8613900000000")


def test_a_token_is_kept_as_a_digest():
    assert hash_token("token") == hash_token("token")
    assert "token" not in hash_token("token")
