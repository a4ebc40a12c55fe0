"""The vendor's rules as plain functions over documents."""
