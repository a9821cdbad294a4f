"""How a network looks: positions by forces, colours, sizes, and the layout of a release."""
