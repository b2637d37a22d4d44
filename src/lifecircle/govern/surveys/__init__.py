"""Survey rounds: what each community has, asked, entered, reviewed, closed."""
