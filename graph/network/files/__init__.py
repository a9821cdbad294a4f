"""Networks in files: strangers' tables and networkx graphs in, GEXF, GraphML, Pajek, CSV out."""
