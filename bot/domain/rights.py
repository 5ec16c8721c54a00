"""Who may do what. The author is whoever may manage the subscription: Manage Server, or the role it names."""

from typing import Protocol


class RightsHolder(Protocol):
    """An `Actor` or `MemberFacts`: somebody whose rights were read just now."""

    @property
    def role_ids(self) -> frozenset[int]:
        """The ids of their roles."""
        ...

    @property
    def may_manage_guild(self) -> bool:
        """Whether they have Manage Server."""
        ...


def is_author(person: RightsHolder, author_role_id: int | None) -> bool:
    """Return whether this person speaks for the blog in a subscription with that role."""
    return person.may_manage_guild or (author_role_id is not None and author_role_id in person.role_ids)
