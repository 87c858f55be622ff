"""What the server does once when it starts."""


def start() -> None:
    """Refuse an unsafe site, then start what the embedded default runs by itself."""
