"""Public statements on the record: check, build, query and serve them."""
