"""The small trained models: boosted trees as plain lists, and decision lines."""
