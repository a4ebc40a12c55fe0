"""What stands around handlers: security, validators, the WSGI bridge."""
