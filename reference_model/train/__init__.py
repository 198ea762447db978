"""Training of the reference models. Nothing here is needed to use them."""
