"""From roles to a network: filters, selection, one-mode and two-mode projection, quotients."""
