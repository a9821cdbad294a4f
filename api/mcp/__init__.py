"""The graph for AI assistants: a server of the Model Context Protocol, read-only, with limits."""
