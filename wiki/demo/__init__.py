"""The demonstration data: written for Fixlore, loaded through the same acts that people use, marked on every page."""

from wiki.demo.loading import load_demonstration

__all__ = ["load_demonstration"]
