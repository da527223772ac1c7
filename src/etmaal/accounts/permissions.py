"""Who may go where? One table for every route; what is not in it is not there for anybody.

A route lets somebody in; what they may do to which row is decided where the row is fetched.
`docs/permissions.md` is made from this table, and a guard test tries each route as each visitor.
"""

from collections.abc import Mapping
from enum import StrEnum

from etmaal.accounts.roles import Role


class Visitor(StrEnum):
    """Who somebody is apart from roles."""

    STRANGER = "stranger"  # has not signed in
    PERSON = "person"  # has signed in, in whatever role, or in none


ANYONE: frozenset[Visitor | Role] = frozenset({Visitor.STRANGER, Visitor.PERSON})
SIGNED_IN: frozenset[Visitor | Role] = frozenset({Visitor.PERSON})

ALLOWED: Mapping[str, frozenset[Visitor | Role]] = {
    "front": ANYONE,
    # For machines: no word of anybody. What may ask for figures is a matter of address and token.
    "health-live": ANYONE,
    "health-ready": ANYONE,
    "metrics": ANYONE,
    "invitation": ANYONE,
    "home": SIGNED_IN,
    # Signing in and out, and one's own account.
    "account_login": ANYONE,
    "account_logout": ANYONE,
    "account_inactive": ANYONE,
    "account_reauthenticate": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "mfa_authenticate": ANYONE,
    "mfa_login_webauthn": ANYONE,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "usersessions_list": SIGNED_IN,
    "openid_connect_login": ANYONE,
    "openid_connect_callback": ANYONE,
    "socialaccount_login_cancelled": ANYONE,
    "socialaccount_login_error": ANYONE,
}

# What staff can reach before they have a second factor: what they need to set one up, or to leave.
WITHOUT_SECOND_FACTOR = frozenset(
    {name for name, who in ALLOWED.items() if Visitor.STRANGER in who}
    | {"account_reauthenticate", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn"}
)


def is_allowed(route: str, roles: frozenset[Role] | None) -> bool:
    """Tell whether a visitor may go to a route; ``roles`` is None for a stranger.

    Raises:
        KeyError: for a route that is not in the table.
    """
    who = ALLOWED[route]
    if roles is None:
        return Visitor.STRANGER in who
    return Visitor.PERSON in who or not who.isdisjoint(roles)
