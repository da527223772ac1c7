"""The tables of accounts, a file for each concept."""

from etmaal.accounts.models.audit import AuditLine, AuditLink, AuditWaiting
from etmaal.accounts.models.invitations import Invitation
from etmaal.accounts.models.jobs import Job
from etmaal.accounts.models.keys import DataKey
from etmaal.accounts.models.people import Grant, Person

__all__ = [
    "AuditLine", "AuditLink", "AuditWaiting", "DataKey", "Grant", "Invitation", "Job", "Person",
]  # fmt: skip
