"""Policy packs: what a policy asks for, as data, and the pure decisions on it."""
