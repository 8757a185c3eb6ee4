"""Which terms are other words for, narrower than or near to others: one value, however it was written down."""

from __future__ import annotations

from mentormatch.taxonomy.taxonomy import Taxonomy, Term

__all__ = ["Taxonomy", "Term"]
