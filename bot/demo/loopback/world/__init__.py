"""What exists on the loopback Discord and who may do what, without any server around it."""
