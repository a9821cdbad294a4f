"""Words for readers that all faces share: names, labels, shortened addresses."""
