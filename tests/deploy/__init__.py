"""What operators use as it is: the guide, units, container file, rules."""
