"""Two editions beside one another: what changed, what of it is method, mix or chance."""
