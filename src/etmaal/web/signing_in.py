"""What is our own about signing in? Nobody signs up; every entrance and change leaves a line."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from etmaal.accounts.models import Person
from etmaal.accounts.own_account import TOLD, note, note_failure
from etmaal.accounts.queries import SECOND_FACTORS, needs_second_factor, roles_of
from etmaal.accounts.second_factor_secrets import decrypted, encrypted
from etmaal.web.clock import now
from etmaal.web.session_limits import has_just_signed_in
from etmaal.web.visitors import person_of


def display(person: Person) -> str:
    """Return what somebody is called where the library shows it."""
    return person.name


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library has no types
    """How people sign in with address and password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Person) -> None:
        super().login(request, user)
        note(verb="person.signed_in", person=user, by=f"person:{user.pk}", at=now())

    def logout(self, request: HttpRequest) -> None:
        person = person_of(request)
        if person is not None:
            note(verb="person.signed_out", person=person, by=f"person:{person.pk}", at=now())
        super().logout(request)

    def is_reauthentication_required(self, *, app: str, **more: object) -> bool:
        """Tell whether an important change needs a new proof: not just after signing in."""
        del app, more
        return not has_just_signed_in(self.request.session, at=now())

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note_failure(email=str(credentials.get("email", "")), at=now())

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: object = None, email: object = None
    ) -> None:
        """Tell the audit chain of a change; no message leaves from here."""
        verb = TOLD.get(template_prefix)
        if verb is not None:
            note(verb=verb, person=user, by=f"person:{user.pk}", at=now())


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library has no types
    """How second factors are kept, and when one may go."""

    error_messages: ClassVar[dict[str, object]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "This is your only second step, and your work needs one. Add another first."
        ),
    }

    def encrypt(self, text: str) -> str:
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypted(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """Draw the key as a picture that can stand in a page, which allows none from elsewhere."""
        drawn: str = super().build_totp_svg(url)
        return drawn[drawn.index("<svg") :]

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        person = Person.objects.get(pk=authenticator.user_id)
        others = Authenticator.objects.filter(user_id=person.pk, type__in=SECOND_FACTORS)
        has_another = others.exclude(pk=authenticator.pk).exists()
        return has_another or not needs_second_factor(roles_of(person))


class OrganisationAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # likewise
    """How people come in through their organisation: only who was invited, by verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person an organisation vouches for.

        Raises:
            ImmediateHttpResponse: if that is nobody who was invited.
        """
        if sociallogin.is_existing:
            return
        # Some providers send the text "false": it is no vouching.
        vouched = [a.email.lower() for a in sociallogin.email_addresses if a.verified is True]
        person = Person.objects.filter(email__in=vouched, is_active=True).first()
        if person is None:
            raise ImmediateHttpResponse(_not_invited(request))
        sociallogin.connect(request, person)


def _not_invited(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/authentication_error.html", status=403)
