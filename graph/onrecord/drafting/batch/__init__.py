"""Batches: many documents drafted by several processes, none of them lost."""
