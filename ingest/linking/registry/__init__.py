"""Registries as matching sees them: ROR dumps in their layouts, entities."""
