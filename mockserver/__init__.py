"""A local, stateful, seeded fake of PostHog's Insights API."""
