"""The rules of the bilingual service: how a translation is approved, what it may contain, who must be there."""
