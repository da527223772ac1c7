"""How are passkeys added, named and removed? As the library does it, in our own words.

The last second step of staff is never removed.
"""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _


class NewPasskey(AddWebAuthnForm):  # type: ignore[misc]  # the library has no types
    """The form that adds one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["passwordless"].label = _("Also sign in without the password")
        self.fields["passwordless"].help_text = _(
            "The passkey then asks for your finger, your face or a PIN: that is the second step."
        )


class NamedPasskey(EditWebAuthnForm):  # type: ignore[misc]  # likewise
    """The form that gives one another name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]  # the library has no types
    """The library asks whether an app may go, and does not ask for passkeys."""

    def form_valid(self, form: Form) -> HttpResponse:
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            response: HttpResponse = super().form_valid(form)
            return response
        messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return HttpResponseRedirect(self.get_success_url())
