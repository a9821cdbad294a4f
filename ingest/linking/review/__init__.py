"""What people review: proposals, the queue, gaps between registries, PIC to ROR."""
