"""What the secretariat asks at its desk: the forty questions (`permed ask`)."""
