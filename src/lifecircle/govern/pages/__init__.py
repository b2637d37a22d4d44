"""What all pages share: the frame, the home, styles and scripts."""
