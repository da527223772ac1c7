"""How is a passkey removed? As the library does it, but never the last second step of staff."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]  # the library has no types
    """The library asks whether an app may go, and does not ask for passkeys."""

    def form_valid(self, form: Form) -> HttpResponse:
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            response: HttpResponse = super().form_valid(form)
            return response
        messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return HttpResponseRedirect(self.get_success_url())
