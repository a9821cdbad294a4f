"""Which records are one thing: constrained clustering by decisions and shared identifiers."""
