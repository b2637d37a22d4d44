"""Long work that survives a kill: leased, resumed, never done twice."""
