"""Lists of codes and names: read, held against what stands, written in one go."""
