"""Superset on the published file: its settings, and a bundle to import with one dashboard."""
