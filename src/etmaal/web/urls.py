"""Which addresses are there around signing in? Only those of the library that are meant to be."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as socialaccount
from allauth.usersessions import views as usersessions
from django.urls import URLPattern, URLResolver, include, path

from etmaal.web import organisation, pages
from etmaal.web.passkeys import RemovePasskey

_ACCOUNT: list[URLPattern | URLResolver] = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("ended/", account.account_inactive, name="account_inactive"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", pages.change_password, name="account_change_password"),
    path("sessions/", usersessions.list_usersessions, name="usersessions_list"),
]
_SECOND_STEP: list[URLPattern | URLResolver] = [
    path("", mfa.index, name="mfa_index"),
    path("sign-in/", mfa.authenticate, name="mfa_authenticate"),
    path("confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("app/add/", totp.activate_totp, name="mfa_activate_totp"),
    path("app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "codes/download/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/sign-in/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/confirm/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/remove/", RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/name/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
]
# The organisation's own sign-in (ETMAAL_OIDC_SERVER); without one these answer 404.
_ORGANISATION: list[URLPattern | URLResolver] = [
    path("cancelled/", socialaccount.login_cancelled, name="socialaccount_login_cancelled"),
    path("failed/", socialaccount.login_error, name="socialaccount_login_error"),
    path("<slug:provider_id>/", organisation.leave, name="openid_connect_login"),
    path("<slug:provider_id>/back/", organisation.come_back, name="openid_connect_callback"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.front, name="front"),
    path("home/", pages.home, name="home"),
    path("invitation/<str:code>/", pages.invitation, name="invitation"),
    path("account/", include(_ACCOUNT)),
    path("account/second-step/", include(_SECOND_STEP)),
    path("account/organisation/", include(_ORGANISATION)),
]
