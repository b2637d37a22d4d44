"""The words of areas, as they stand in the database."""

from django.db.models import TextChoices


class Level(TextChoices):
    """How high an area stands."""

    CITY = "city", "市级"
    COUNTY = "county", "区县级"
    TOWNSHIP = "township", "镇街级"
    COMMUNITY = "community", "社区（村）"


class Tree(TextChoices):
    """By which tree areas hang together."""

    ADMINISTRATIVE = "administrative", "行政区划"
    MANAGING = "managing", "管理归属"
