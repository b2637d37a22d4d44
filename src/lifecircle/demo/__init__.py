"""The example city: made from a seed, written as files, with a list of the gaps planted in it."""
