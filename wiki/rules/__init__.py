"""Pure arithmetic and state transitions of the wiki: numbers in, numbers out, no Django."""
