"""The ground floor: words, categories, errors and figures that every room shares."""
