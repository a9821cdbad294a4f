"""The sources, one package each: `source.yml`, a reader, and packaged data where they may ship."""
