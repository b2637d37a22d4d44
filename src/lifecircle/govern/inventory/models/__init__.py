"""What the inventory keeps: versions of facilities and their parts, estates, permits, spaces."""

from lifecircle.govern.inventory.models.censuses import Census
from lifecircle.govern.inventory.models.estates import Estate, Gate, Permit, Remedy
from lifecircle.govern.inventory.models.facilities import Facility
from lifecircle.govern.inventory.models.parts import (
    Equipment,
    FacilityFunction,
    OffHours,
    Room,
    Tenure,
)
from lifecircle.govern.inventory.models.registers import Listed, Register
from lifecircle.govern.inventory.models.spaces import Space

__all__ = [
    "Census",
    "Equipment",
    "Estate",
    "Facility",
    "FacilityFunction",
    "Gate",
    "Listed",
    "OffHours",
    "Permit",
    "Register",
    "Remedy",
    "Room",
    "Space",
    "Tenure",
]
