"""From gaps, sites and a budget to a plan, with a proved gap to the best there can be."""
