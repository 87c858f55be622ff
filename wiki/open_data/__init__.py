"""The open dump: everything that may be given away, written every night and restored into an empty site."""
