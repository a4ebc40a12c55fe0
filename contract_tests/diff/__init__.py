"""What a new contract breaks that an old one allowed."""
