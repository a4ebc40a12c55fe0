"""How strong the suite is: servers that break one rule each, and which of them it tells apart."""
