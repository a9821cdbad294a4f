"""Areas of the SRIA 2023 that a project works in, said by a model only where it is sure.

`areas` reads title, objective and funding scheme; the weights stand in weights.json, training/
holds the readings and makes them. How far to trust it is told in docs/secretariat.md.
"""

from permed.ingest.agenda.areas import METHOD, VERSION, areas

__all__ = ["METHOD", "VERSION", "areas"]
