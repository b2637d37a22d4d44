"""What the templates of assessments need."""
