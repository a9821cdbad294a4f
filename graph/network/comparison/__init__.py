"""Networks against chance, against each other, over time and under removal of nodes."""
