"""What did somebody do with their own account? Each such thing is a line of the audit chain."""

from datetime import datetime

from django.db import transaction

from etmaal.accounts.audit import log
from etmaal.accounts.models import Person

# What the sign-in library tells of, by the name under which it would write a message to the owner.
TOLD = {
    "account/email/password_changed": "password.changed",
    "mfa/email/totp_activated": "second_factor.app_added",
    "mfa/email/totp_deactivated": "second_factor.app_removed",
    "mfa/email/webauthn_added": "second_factor.passkey_added",
    "mfa/email/webauthn_removed": "second_factor.passkey_removed",
    "mfa/email/recovery_codes_generated": "second_factor.recovery_codes_made",
    "socialaccount/email/account_connected": "person.linked_to_organisation",
}


@transaction.atomic
def note(*, verb: str, person: Person, by: str, at: datetime) -> None:
    """Tell of an entrance or a change of an account."""
    log(verb=verb, subject=f"person:{person.pk}", by=by, at=at)


@transaction.atomic
def note_failure(*, email: str, at: datetime) -> None:
    """Tell of a wrong password, where the address is somebody's; the line does not repeat it."""
    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is not None:
        log(verb="sign_in.failed", subject=f"person:{person.pk}", by="public", at=at)
