"""The single exit: proposed, approved, published, corrected, withdrawn."""
