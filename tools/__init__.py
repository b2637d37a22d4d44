"""Scripts that keep the checkout in order; each says what it does in its first lines."""
