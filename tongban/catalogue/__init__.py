"""The catalogue of service items: guides, versions, materials, situations, calendar, search."""
