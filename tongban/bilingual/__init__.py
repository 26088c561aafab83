"""The bilingual service of the ethnic counties: translations with their reviews, bilingual staff, signs."""
