"""Personal data at rest: encrypted text, and keyed look-up values for it."""

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Vault:
    """Encrypts and decrypts text, and makes values by which it can be found.

    The first key encrypts, every key decrypts. Look-up values depend on the
    last key alone, so that a new key put in front changes none of them.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._cipher = MultiFernet([Fernet(key) for key in keys])
        self._lookup_key = _derive(keys[-1], "lookup")

    def encrypt(self, text: str) -> str:
        """Return *text* encrypted and authenticated."""
        return self._cipher.encrypt(text.encode()).decode()

    def decrypt(self, sealed: str) -> str:
        """Return the text that `encrypt` was given."""
        return self._cipher.decrypt(sealed.encode()).decode()

    def find_text(self, sealed: str) -> str | None:
        """Return the text that `encrypt` was given, or None if none of the keys opens it."""
        try:
            return self.decrypt(sealed)
        except InvalidToken:
            return None

    def lookup(self, text: str) -> str:
        """Return a value that equals another one if the texts are equal, and tells nothing else."""
        return hmac.new(self._lookup_key, text.encode(), hashlib.sha256).hexdigest()


def hash_token(token: str) -> str:
    """Return the digest under which a long random token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _derive(secret: str, purpose: str) -> bytes:
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
    return derivation.derive(secret.encode())


_vault: list[Vault] = []


def open_vault(keys: Sequence[str]) -> None:
    """Set the keys of this process; called once by the composition root."""
    _vault[:] = [Vault(keys)]


def vault() -> Vault:
    """Return the vault of this process."""
    return _vault[0]
