"""A release as a folder of plain files that any web host serves, with SPARQL in the browser."""
