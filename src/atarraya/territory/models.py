"""Rows of places. Everything here is public by nature, except zones, which the network defines for itself."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from atarraya.kernel.ids import new_id
from atarraya.territory.rules import CODE_LENGTH, NAME_LENGTH, SMALLEST_ZONE, ZONE_NAME_LENGTH, AliasKind


class Edition(models.Model):
    """A country's list of units as published once, and its days in force (`valid_until` null: still is)."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "public",
        "country": "public",
        "name": "public",
        "valid_from": "public",
        "valid_until": "public",
        "digest": "public",
    }

    id = models.SlugField(primary_key=True, max_length=40)
    country = models.CharField(max_length=2)
    name = models.CharField(max_length=NAME_LENGTH)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    # SHA-256 of what was loaded: the same file again is no work, and remembered indexes notice another.
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A municipality or its like. Codes are text and unique here; a second country's may carry a prefix."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "code": "public",
        "edition": "public",
        "name": "public",
        "department_code": "public",
        "department": "public",
        "kind": "public",
        "lat": "public",
        "lon": "public",
        "valid_from": "public",
        "valid_until": "public",
    }

    code = models.CharField(primary_key=True, max_length=CODE_LENGTH)
    # The newest edition that lists it.
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="units")
    name = models.CharField(max_length=NAME_LENGTH)
    department_code = models.CharField(max_length=CODE_LENGTH, blank=True)
    department = models.CharField(max_length=NAME_LENGTH, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    # Null: before the first edition known here. A unit that an edition drops is closed, never deleted.
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["department_code"], name="unit_department")]
        constraints = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="unit_has_code_and_name"),
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lon__isnull=True)
                | Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
                name="unit_point_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Return the name with its department: homonyms are common, so a bare name is never enough."""
        return f"{self.name} ({self.department})" if self.department else self.name


class Alias(models.Model):
    """Something else that leads to a unit: an older code, another name, its seat, or a place inside it."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "public",
        "unit": "public",
        "edition": "public",
        "kind": "public",
        "text": "public",
    }

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases")
    # Null: the network's own. The others go when their edition is loaded anew.
    edition = models.ForeignKey(Edition, models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in AliasKind])
    text = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "text"], name="alias_once"),
            models.UniqueConstraint(fields=["text"], condition=Q(kind="code"), name="old_code_leads_to_one"),
            models.CheckConstraint(condition=Q(kind__in=[*AliasKind]), name="alias_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.text} → {self.unit_id}"


class Boundary(models.Model):
    """A unit's simplified outline, projected and ready to draw (see `geometry` for the shape of `path`)."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "unit": "public",
        "path": "public",
        "left": "public",
        "top": "public",
        "right": "public",
        "bottom": "public",
        "parallel": "public",
    }

    unit = models.OneToOneField(Unit, models.CASCADE, primary_key=True, related_name="boundary")
    path = models.TextField()
    left = models.IntegerField()
    top = models.IntegerField()
    right = models.IntegerField()
    bottom = models.IntegerField()
    # Standard parallel of the projection, degrees: points drawn beside the outline use the same.
    parallel = models.FloatField()

    class Meta:
        verbose_name_plural = "boundaries"

    def __str__(self) -> str:
        return f"boundary of {self.unit_id}"


class Zone(models.Model):
    """A publishable place below the municipality: a river stretch or basin of three communities or more.

    Defined by the network; holds no coordinates and no community's name.
    """

    FIELD_CLASSES: ClassVar[dict[str, str]] = {
        "id": "shared",
        "municipality": "shared",
        "name": "shared",
        "communities": "shared",
        "active": "shared",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    municipality = models.ForeignKey(Unit, models.PROTECT, related_name="zones")
    name = models.CharField(max_length=ZONE_NAME_LENGTH)
    communities = models.PositiveSmallIntegerField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name"], name="zone_name_once"),
            models.CheckConstraint(condition=Q(communities__gte=SMALLEST_ZONE), name="zone_of_three_or_more"),
            models.CheckConstraint(condition=~Q(name=""), name="zone_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Neighbour(models.Model):
    """That the network lists `other` beside `municipality`. Kept both ways: each pair is two rows."""

    FIELD_CLASSES: ClassVar[dict[str, str]] = {"id": "public", "municipality": "public", "other": "public"}

    municipality = models.ForeignKey(Unit, models.CASCADE, related_name="neighbours")
    other = models.ForeignKey(Unit, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "other"], name="neighbour_once"),
            models.CheckConstraint(condition=~Q(municipality=F("other")), name="no_neighbour_of_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.municipality_id} | {self.other_id}"
