"""A contract suite for any server that claims to speak PostHog's Insights API."""
