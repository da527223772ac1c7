"""Exports of SCART, the hotline's tool: files in, records out; only allowed columns are read."""

from etmaal.adapters.scart.exports import read_scart
from etmaal.adapters.scart.forms import KINDS

__all__ = ["KINDS", "read_scart"]
