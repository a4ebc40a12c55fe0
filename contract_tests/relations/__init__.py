"""Laws between answers that need no oracle: they hold on any data."""
