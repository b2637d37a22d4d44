"""Where people live and how many."""
