"""Charts as SVG, the same in pages and documents, each with the table of its numbers."""
