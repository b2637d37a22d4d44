"""Need lists out of gaps, surveys and opinions."""
