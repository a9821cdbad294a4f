"""Record tables: what a source delivers, declared (`model`), checked (`checks`), with issues."""
