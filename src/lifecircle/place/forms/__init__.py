"""What an office may write: forms, cells, headers, and what they mean."""
