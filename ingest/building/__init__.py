"""The build: configuration, the pipeline from source files to a release, the gate, the receipt."""
