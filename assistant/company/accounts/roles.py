"""What a person may do: each role may do what those before it may."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """An agent reads, an editor changes what customers are told, an admin also says who may do so."""

    AGENT = "agent"
    EDITOR = "editor"
    ADMIN = "admin"

    def may(self, needed: Role) -> bool:
        """Whether what needs a role is open to this one."""
        order = list(Role)
        return order.index(self) >= order.index(needed)
