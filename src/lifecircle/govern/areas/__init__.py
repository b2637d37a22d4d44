"""Areas: two dated trees, their codes and how they succeed each other."""
