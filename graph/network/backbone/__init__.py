"""Ties that say more than chance: p and q values of each tie, and the backbone that they leave."""
