"""How much is taken on: requests of one client, and requests at once."""
