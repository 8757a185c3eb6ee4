"""One value for everything that is shown to people, and its renderings; it knows nothing of matching."""

from __future__ import annotations

from mentormatch.page.content import Page, Paged, Table
from mentormatch.page.document import Picture, document
from mentormatch.page.records import Recorded

__all__ = ["Page", "Paged", "Picture", "Recorded", "Table", "document"]
