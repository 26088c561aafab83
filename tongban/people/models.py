"""Who is who: accounts, persons and companies, organs and posts, tokens, and who read personal data."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.crypto import salted_hmac

from tongban.people.rules import (
    CASE_ROLES,
    AdminKind,
    Fluency,
    Language,
    PartyKind,
    Power,
    RepresentationKind,
    Scope,
)


def _alone(column: str) -> Func:
    """`column` as a one-value range, so that core GiST can compare it without an extension."""
    return Func(F(column), F(column), Value("[]"), function="int8range")


def _period() -> Func:
    """The days a row is valid, both ends included; open when `valid_to` is null."""
    return Func(F("valid_from"), F("valid_to"), Value("[]"), function="daterange")


def _ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
    )


class Account(AbstractBaseUser):
    """Somebody who can sign in: applicant, officer or one of the three administrators."""

    username = models.CharField(max_length=48, unique=True)
    display_name = models.CharField(max_length=60)
    admin_kind = models.TextField(null=True, choices=[(kind.value, kind.value) for kind in AdminKind])
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    password_issued_at = models.DateTimeField(null=True)  # set by an administrator: change it at sign-in
    sessions_ended_at = models.DateTimeField(null=True)  # sessions begun before are over

    standing: str  # what it holds, as JSON; only on rows of `queries.with_standing`

    objects = BaseUserManager()
    USERNAME_FIELD = "username"

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_username_form", condition=Q(username__regex=r"^[a-z0-9][a-z0-9._-]{3,47}$")
            ),
            models.CheckConstraint(
                name="account_admin_kind_known",
                condition=Q(admin_kind__isnull=True) | Q(admin_kind__in=[kind.value for kind in AdminKind]),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        """What the page header calls the reader."""
        return self.display_name

    def get_session_auth_hash(self) -> str:
        """Changes with the password and whenever all sessions are ended, so that older ones stop."""
        return salted_hmac(
            "tongban.people.Account", f"{self.password}|{self.sessions_ended_at}", algorithm="sha256"
        ).hexdigest()


class Party(models.Model):
    """A person or company that can apply. `code` is the ID number or the USCC, kept encrypted."""

    kind = models.TextField(choices=[(kind.value, kind.value) for kind in PartyKind])
    name = models.CharField(max_length=120)
    code_cipher = models.BinaryField(null=True)
    code_hash = models.BinaryField(null=True, unique=True)
    phone_cipher = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    founded_by = models.TextField(null=True, unique=True)  # the case whose grant founded it

    class Meta:
        indexes = [models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="party_by_name")]
        constraints = [
            models.CheckConstraint(
                name="party_kind_known", condition=Q(kind__in=[kind.value for kind in PartyKind])
            ),
            models.CheckConstraint(
                name="party_identified_or_erased",
                condition=Q(code_cipher__isnull=False, code_hash__isnull=False, erased_at__isnull=True)
                | Q(
                    code_cipher__isnull=True,
                    code_hash__isnull=True,
                    phone_cipher__isnull=True,
                    erased_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"party {self.pk}"


class Representation(models.Model):
    """An account may act for a party from one day to another, both included."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="representations")
    party = models.ForeignKey(Party, models.PROTECT, related_name="representations")
    kind = models.TextField(choices=[(kind.value, kind.value) for kind in RepresentationKind])
    powers = ArrayField(models.TextField(), null=True)  # of a limited agent; null: everything
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    by = models.TextField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="representation_kind_known",
                condition=Q(kind__in=[kind.value for kind in RepresentationKind]),
            ),
            models.CheckConstraint(
                name="representation_powers_known",
                condition=Q(powers__isnull=True)
                | Q(
                    kind="agent",
                    powers__len__gt=0,
                    powers__contained_by=sorted(power.value for power in Power),
                ),
            ),
            _ends_after_start("representation_ends_after_start"),
            models.UniqueConstraint(
                fields=["account"], name="representation_one_self_per_account", condition=Q(kind="self")
            ),
            models.UniqueConstraint(
                fields=["party"], name="representation_one_self_per_party", condition=Q(kind="self")
            ),
            ExclusionConstraint(
                name="representation_once_at_a_time",
                expressions=[(_alone("account"), "&&"), (_alone("party"), "&&"), (_period(), "&&")],
                condition=Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of party {self.party_id}"


class Division(models.Model):
    """An administrative division (行政区划): city and county 6 digits, town 9, village 12."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    name_en = models.TextField()
    level = models.TextField(choices=[(level, level) for level in ("city", "county", "town", "village")])
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="division_code_fits_level",
                condition=Q(level__in=["city", "county"], code__regex=r"^[0-9]{6}$")
                | Q(level="town", code__regex=r"^[0-9]{9}$")
                | Q(level="village", code__regex=r"^[0-9]{12}$"),
            ),
            models.CheckConstraint(
                name="division_city_is_root",
                condition=Q(level="city", parent__isnull=True) | (~Q(level="city") & Q(parent__isnull=False)),
            ),
            _ends_after_start("division_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.name


class Organ(models.Model):
    """An organ (机关) that runs items: one department of one division."""

    uscc = models.CharField(max_length=18, unique=True)
    key = models.TextField(unique=True)  # "511802-market_regulation"
    department = models.TextField()  # key of data/departments.yaml
    level = models.TextField(choices=[(level, level) for level in ("city", "county", "town")])
    division = models.ForeignKey(Division, models.PROTECT, related_name="organs")
    name = models.TextField()  # as it stands on a decision
    short_name = models.TextField()  # as people say it
    name_en = models.TextField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["department", "division"], name="organ_of_department")]
        constraints = [
            models.CheckConstraint(name="organ_uscc_form", condition=Q(uscc__regex=r"^[0-9A-Z]{18}$")),
            _ends_after_start("organ_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """An account holds roles at an organ from one day to another, both included (岗位)."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="posts")
    organ = models.ForeignKey(Organ, models.PROTECT, related_name="posts")
    title = models.TextField()
    roles = ArrayField(models.TextField())
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    by = models.TextField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="post_has_roles", condition=Q(roles__len__gt=0)),
            models.CheckConstraint(
                name="post_roles_known",
                condition=Q(roles__contained_by=sorted(role.value for role in CASE_ROLES)),
            ),
            _ends_after_start("post_ends_after_start"),
            ExclusionConstraint(
                name="post_one_at_a_time",
                expressions=[(_alone("account"), "&&"), (_alone("organ"), "&&"), (_period(), "&&")],
                condition=Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LanguageSkill(models.Model):
    """An officer is attested in a language (双语通), by a document, from one day to another, both included."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="language_skills")
    language = models.TextField(choices=[(one.value, one.value) for one in Language])
    fluency = models.TextField(choices=[(one.value, one.value) for one in Fluency])
    document = models.TextField()  # who attested it, and under which number
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    by = models.TextField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="language_skill_known",
                condition=Q(
                    language__in=[one.value for one in Language], fluency__in=[one.value for one in Fluency]
                ),
            ),
            models.CheckConstraint(name="language_skill_attested", condition=~Q(document="")),
            _ends_after_start("language_skill_ends_after_start"),
            *(
                ExclusionConstraint(
                    name=f"language_skill_once_{one.value}",
                    expressions=[(_alone("account"), "&&"), (_period(), "&&")],
                    condition=Q(ended_at__isnull=True, language=one.value),
                )
                for one in Language
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.fluency}"


class ApiToken(models.Model):
    """A bearer token of a program; only its digest is kept, so it can be shown once."""

    digest = models.BinaryField(unique=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="tokens")
    label = models.CharField(max_length=80)
    scopes = ArrayField(models.TextField())
    by = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="token_scopes_known",
                condition=Q(scopes__len__gt=0)
                & Q(scopes__contained_by=sorted(scope.value for scope in Scope)),
            ),
            models.CheckConstraint(name="token_expires", condition=Q(expires_at__gt=F("created_at"))),
        ]

    def __str__(self) -> str:
        return self.label


class PlainView(models.Model):
    """Somebody read a personal datum of a party in the clear, and said why; shown to that party."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="views", db_index=False)
    field = models.TextField()
    purpose = models.TextField()  # the case number, or the ground in words
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    organ = models.ForeignKey(Organ, models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["party", "-at", "-id"], name="plain_view_of_party"),
            models.Index(fields=["-at", "-id"], name="plain_view_latest"),
        ]
        constraints = [models.CheckConstraint(name="plain_view_has_purpose", condition=~Q(purpose=""))]

    def __str__(self) -> str:
        return f"{self.field} of party {self.party_id}"
