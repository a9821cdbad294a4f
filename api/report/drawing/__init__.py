"""How figures are drawn: charts, networks, flows, colours."""
