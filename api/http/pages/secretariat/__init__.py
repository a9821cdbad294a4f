"""Pages of the secretariat's desk: lists of stakeholders, what is new."""
