"""Query workers: processes that evaluate one query at a time and can be killed.

The engine cannot cancel a query, so nothing is evaluated in the server itself. Import from the
modules: the nursery and the workers start from here, and start faster the less it imports.
"""
