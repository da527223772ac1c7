"""What are the roles called on screen, and what does somebody in one do?"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from etmaal.accounts.roles import Role

ROLE_NAMES: Mapping[Role, tuple[str | Promise, str | Promise]] = {
    Role.ANALYST: (_("Analyst"), _("judges items and works the queues")),
    Role.MANAGER: (_("Manager"), _("runs the hotline: imports, sources and desks")),
    Role.RESEARCHER: (_("Researcher"), _("sees figures, and never a web address")),
    Role.OFFICER: (_("Officer"), _("proposes steps against a provider")),
    Role.APPROVER: (_("Approver"), _("decides on what an officer proposes")),
    Role.AUDITOR: (_("Auditor"), _("reads who did what, and changes nothing")),
    Role.OPERATOR: (_("Operator"), _("keeps the machine running, and sees no item")),
    Role.DESK_USER: (_("Desk user"), _("answers for a provider's abuse desk")),
}
