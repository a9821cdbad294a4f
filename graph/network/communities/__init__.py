"""Communities by consensus over many Leiden runs, agreement of partitions, profiles."""
