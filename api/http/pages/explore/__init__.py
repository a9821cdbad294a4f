"""Pages that set things side by side or on a map."""
