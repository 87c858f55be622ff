"""The monitor: which series run above their expected rate. Numbers in, numbers out; `records` alone reads rows."""
