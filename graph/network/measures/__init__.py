"""Measures of nodes and of the whole network; `catalogue` names them, `ranking` tables them."""
