"""Who may be what? The roles of people, as words that are stored."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody does here. One person may have several; none gives any right."""

    ANALYST = "analyst"  # judges items, works the queues
    MANAGER = "manager"  # runs the hotline: imports, sources, desks
    RESEARCHER = "researcher"  # sees figures and pseudonyms, never a URL
    OFFICER = "officer"  # proposes steps against a provider
    APPROVER = "approver"  # approves what an officer proposes
    AUDITOR = "auditor"  # reads the audit chain, and changes nothing
    OPERATOR = "operator"  # runs the machine, and sees no item
    DESK_USER = "desk_user"  # answers for a provider's abuse desk


STAFF = frozenset(Role) - {Role.DESK_USER}
