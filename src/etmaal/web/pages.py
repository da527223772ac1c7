"""The pages around signing in: who we are, the way in by a link, and the page one comes home to."""

from allauth.account import views as account
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from etmaal.accounts import actions
from etmaal.accounts.models import Person
from etmaal.accounts.queries import open_invitation
from etmaal.web.clock import now
from etmaal.web.role_names import ROLE_NAMES
from etmaal.web.session_limits import ABSOLUTE, IDLE
from etmaal.web.visitors import person_of, roles_in


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    if person_of(request) is not None:
        return redirect("home")
    return render(request, "front.html")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    context = {
        "name": person.name if person else "",
        "email": person.email if person else "",
        "roles": [ROLE_NAMES[role] for role in sorted(roles_in(request) or ())],
        "idle_minutes": IDLE.seconds // 60,
        "absolute_hours": ABSOLUTE.seconds // 3600,
    }
    return render(request, "home.html", context)


def change_password(request: HttpRequest) -> HttpResponse:
    """Let somebody change their password; who comes in without one is told how to get one."""
    person = person_of(request)
    if person is not None and not person.has_usable_password():
        return render(request, "account/no_password.html")
    response: HttpResponse = account.password_change(request)
    return response


@sensitive_variables("code")
@sensitive_post_parameters("new_password1", "new_password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, code: str) -> HttpResponse:
    """Let the holder of a link set a password; then they sign in as always.

    To look at the link does not use it up: mail filters look at links.
    """
    at = now()
    found = open_invitation(code, at=at)
    if found is None:
        return render(request, "invitation_ended.html", status=404)
    form: SetPasswordForm[Person] = SetPasswordForm(found.person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.accept(code=code, password=form.cleaned_data["new_password1"], at=at)
        except actions.LinkEnded:
            return render(request, "invitation_ended.html", status=404)
        messages.success(request, _("Your password is set. Sign in with it now."))
        return redirect(settings.LOGIN_URL)
    context = {"form": form, "name": found.person.name, "email": found.person.email}
    return render(request, "invitation.html", context)
