"""What commands share: options, output."""
