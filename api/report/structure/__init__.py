"""Figures that ask a model: core, backbone, gravity, ties that come again, breadth of topics."""
