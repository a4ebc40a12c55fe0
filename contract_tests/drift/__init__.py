"""One story told to two servers, and where their answers differ."""
