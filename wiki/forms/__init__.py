"""Forms of the wiki: what a person types, checked."""
