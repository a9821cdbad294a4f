"""Work that takes its time, in helper processes: one a task, its answers shared and kept."""
