"""What is private at rest, as serial numbers: encrypted with a key that the database does not hold."""

import base64
import hashlib
import logging

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

log = logging.getLogger(__name__)


def encrypt(text: str) -> str:
    """Return the text encrypted and authenticated (Fernet: AES-128-CBC and HMAC-SHA256); nothing stays nothing."""
    return _cipher().encrypt(text.encode()).decode() if text else ""


def decrypt(token: str) -> str | None:
    """Return what `encrypt` was given, or None where the key has changed or the token was tampered with."""
    if not token:
        return ""
    try:
        return _cipher().decrypt(token.encode()).decode()
    except InvalidToken:
        log.error("A private text can't be decrypted: FIXLORE_FIELD_KEY is not the key it was encrypted with.")
        return None


def encrypt_bytes(data: bytes) -> bytes:
    """The same for bytes, as those of a picture."""
    return _cipher().encrypt(data)


def decrypt_bytes(token: bytes) -> bytes | None:
    """Return what `encrypt_bytes` was given, or None where the key has changed or the token was tampered with."""
    try:
        return _cipher().decrypt(token)
    except InvalidToken:
        log.error("A picture can't be decrypted: FIXLORE_FIELD_KEY is not the key it was encrypted with.")
        return None


def _cipher() -> Fernet:
    # Fernet wants exactly 32 bytes; an operator's key is any long text.
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.FIELD_KEY.encode()).digest()))
