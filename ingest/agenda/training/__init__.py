"""How the weights of the SRIA areas come about: readings, their words and the fit."""
