"""How requests are sent, recorded and judged."""
