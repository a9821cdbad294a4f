"""Where data come from: sources, linking, relevance, and the pipeline that makes a release."""
