"""How each route is called for an area, by app."""
