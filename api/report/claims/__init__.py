"""What a sentence of the report states: its value, chance, interval, coverage and selection."""
