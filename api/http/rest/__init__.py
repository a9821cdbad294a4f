"""REST: lists with filters, columns and formats; single things; catalogue questions."""
