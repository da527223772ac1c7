"""Periodic and asked-for work: the worker, and what it can do."""
