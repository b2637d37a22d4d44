"""Plans made of an assessment and a budget, proposed and approved."""
