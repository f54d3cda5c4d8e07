"""Members: an alias, a way to sign in, roles, and their own key as age files that only they can open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from atarraya.kernel import ids
from atarraya.network.rules import ROLES

__all__ = ["ROLES", "Freeze", "Invitation", "LoginReset", "Member", "Removal", "Reopening"]


class MemberManager(BaseUserManager["Member"]):
    """Finds members by login. Members are made by services only."""

    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(login=username)


class Member(AbstractBaseUser):
    """A person with an account. An alias is enough; e-mail is optional."""

    class State(models.TextChoices):
        INVITED = "INVITED"  # may sign in and make a key; holds no circle's key
        WAITING = "WAITING"  # has a key; a keyholder must compare words by voice
        ACTIVE = "ACTIVE"
        FROZEN = "FROZEN"
        REMOVED = "REMOVED"

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "login": "administration",
        "alias": "administration",
        "email": "administration",
        "password": "administration",
        "collective": "administration",
        "roles": "administration",
        "municipalities": "administration",
        "state": "administration",
        "recipient": "administration",
        "signing_key": "administration",
        "phrase_file": "sealed",
        "code_file": "sealed",
        "passkey_file": "sealed",
        "passkey_name": "administration",
        "language": "administration",
        "since": "administration",
        "session_salt": "administration",
        "proof_due": "administration",
        "factor_due": "administration",
    }

    # Never kept, not even by day: when somebody signs in is nobody's business.
    last_login = None

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    login = models.CharField(max_length=40, unique=True)
    alias = models.CharField(max_length=60)
    email = models.EmailField(blank=True, default="")
    collective = models.ForeignKey("network.Collective", models.PROTECT, null=True, blank=True, related_name="members")
    roles = models.JSONField(default=list)
    municipalities = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.INVITED)
    recipient = models.CharField(max_length=80, blank=True, default="")
    signing_key = models.CharField(max_length=48, blank=True, default="")
    phrase_file = models.BinaryField(max_length=4096, default=b"")
    code_file = models.BinaryField(max_length=4096, default=b"")
    passkey_file = models.BinaryField(max_length=4096, default=b"")
    # AGE-PLUGIN-FIDO2PRF-1…: names the passkey that opens passkey_file. No secret.
    passkey_name = models.CharField(max_length=1024, blank=True, default="")
    language = models.CharField(max_length=2, default="es")
    since = models.DateField()
    # Part of every session's mark: a new one ends all sessions of this member at once.
    session_salt = models.UUIDField(default=ids.new_id)
    # After a steward's reset of the login: nothing can be done until the member's own key signs a challenge.
    proof_due = models.BooleanField(default=False)
    # The network asks for a second factor and the member has none: only their own account is reached.
    factor_due = models.BooleanField(default=False)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = MemberManager()

    def __str__(self) -> str:
        return self.alias

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether sessions of this member live: a frozen or removed one's die at their next request."""
        return self.state in {self.State.INVITED, self.State.WAITING, self.State.ACTIVE}

    @property
    def may_sign_in(self) -> bool:
        """Whether this member may reach the pages that make and lend keys."""
        return self.is_active

    @property
    def may_work(self) -> bool:
        """Whether this member may reach the desk."""
        return self.state == self.State.ACTIVE and not self.proof_due and not self.factor_due

    def has_role(self, role: str) -> bool:
        """Return whether the member holds `role` (one of ROLES)."""
        return role in self.roles

    def get_session_auth_hash(self) -> str:
        """Return the mark that a session of this member must carry (Django checks it at each request)."""
        return self._salted(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Return the marks under earlier secret keys."""
        return (self._salted(mark) for mark in super().get_session_auth_fallback_hash())

    def standing_mark(self) -> str:
        """Return a short mark that is another after a new password or the end of all sessions."""
        return self.get_session_auth_hash()[:16]

    def _salted(self, mark: str) -> str:
        return salted_hmac("atarraya.session", f"{mark}{self.session_salt}", algorithm="sha256").hexdigest()

    def serves(self, municipality: str | None) -> bool:
        """Return whether the member serves `municipality`; unclassified ones are served by all."""
        return municipality is None or municipality in self.municipalities

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's own permissions are not used; nobody has any."""
        return False


class Invitation(models.Model):
    """An invitation that two members must give; its secret is told once and kept as a hash."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "alias": "administration",
        "roles": "administration",
        "municipalities": "administration",
        "circles": "administration",
        "collective": "administration",
        "first": "administration",
        "second": "administration",
        "secret_hash": "administration",
        "member": "administration",
        "expires": "administration",
        "day": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    alias = models.CharField(max_length=60)
    roles = models.JSONField(default=list)
    municipalities = models.JSONField(default=list)
    circles = models.JSONField(default=list)
    collective = models.ForeignKey("network.Collective", models.PROTECT, null=True, related_name="+")
    # Both null only for the founder's invitation, which the command line makes.
    first = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    second = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    secret_hash = models.BinaryField(max_length=32, null=True, unique=True)
    member = models.OneToOneField(Member, models.CASCADE, null=True, related_name="invitation")
    # The last day on which the secret opens; null while a second inviter is missing.
    expires = models.DateField(null=True)
    day = models.DateField()


class Freeze(models.Model):
    """One member froze another; both stay frozen until two others decide."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "frozen": "administration",
        "by": "administration",
        "before": "administration",
        "day": "administration",
        "first": "administration",
        "first_outcome": "administration",
        "second": "administration",
        "outcome": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    frozen = models.ForeignKey(Member, models.PROTECT, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    # What the frozen one was: who waited for a voice waits again after a thaw.
    before = models.CharField(max_length=8, choices=Member.State.choices)
    day = models.DateField()
    first = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    first_outcome = models.CharField(max_length=16, blank=True, default="")
    second = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=16, blank=True, default="")


class Removal(models.Model):
    """One member asks that another leave for good; a second one makes it so."""

    class Reason(models.TextChoices):
        LEFT = "LEFT"  # the person goes on good terms
        LOST = "LOST"  # detained, disappeared, out of reach
        DISTRUST = "DISTRUST"

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "member": "administration",
        "reason": "administration",
        "first": "administration",
        "second": "administration",
        "day": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    member = models.OneToOneField(Member, models.PROTECT, related_name="removal")
    reason = models.CharField(max_length=8, choices=Reason.choices)
    first = models.ForeignKey(Member, models.PROTECT, related_name="+")
    second = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    day = models.DateField()


class LoginReset(models.Model):
    """A steward's one-time secret for a new password. It gives no key, and everybody sees it."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "member": "administration",
        "by": "administration",
        "secret_hash": "administration",
        "used": "administration",
        "expires": "administration",
        "day": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    member = models.ForeignKey(Member, models.CASCADE, related_name="resets")
    # Null when the command line gave it (nobody could sign in any more).
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    secret_hash = models.BinaryField(max_length=32, unique=True)
    used = models.BooleanField(default=False)
    expires = models.DateField()
    day = models.DateField()


class Reopening(models.Model):
    """The server's half of a short PIN that reopens a locked tab: three tries, four hours."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "administration",
        "member": "administration",
        "session_hash": "administration",
        "half": "administration",
        "proof_hash": "administration",
        "tries": "administration",
        "until": "administration",
    }

    id = models.UUIDField(primary_key=True, default=ids.new_id)
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    session_hash = models.BinaryField(max_length=32, unique=True)
    half = models.BinaryField(max_length=32)
    # SHA-256 of what the tab stretched from the PIN: the PIN itself never comes here.
    proof_hash = models.BinaryField(max_length=32)
    tries = models.PositiveSmallIntegerField(default=0)
    until = models.DateTimeField()
