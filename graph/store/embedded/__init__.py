"""The embedded store: Oxigraph in this process, loading and evaluation."""
