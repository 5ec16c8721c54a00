"""What is kept about a member."""
