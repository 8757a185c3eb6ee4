"""What differs between two matchings, and why."""

from __future__ import annotations

from mentormatch.changes.changes import Change, Changes, changes_between

__all__ = ["Change", "Changes", "changes_between"]
