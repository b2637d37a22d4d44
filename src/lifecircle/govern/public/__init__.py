"""What everyone sees without an account."""
