"""The Python face: what `import permed` gives. Every call asks the layers below."""
