"""A look inside models: gradients, gates, states, attention, saliency, as arrays with labels and as figures."""
