"""Tables that people bring: one module per kind, the checking and the running that they share."""
