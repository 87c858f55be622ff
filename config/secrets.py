"""Secrets of a development site: made once, kept in the data folder, never a default that two sites share."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def secret_from_file(folder: Path, name: str) -> str:
    """The secret kept in `folder/name`: 64 characters for its owner only, made at the first call."""
    path = folder / name
    try:
        return path.read_text()
    except FileNotFoundError:
        pass
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            # A link fails where the file exists, so that two processes starting together agree on one secret.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {folder} can't be written ({error.strerror}): choose another with FIXLORE_DATA."
        ) from error
