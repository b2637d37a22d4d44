"""Planning problems as arrays and how they are solved; knows no city and no pack."""
