"""Official documents: Word files after GB/T 9704-2012, and where each figure comes from."""
