"""What the machine proposes: a registry's record for each organisation, and likely duplicates."""
