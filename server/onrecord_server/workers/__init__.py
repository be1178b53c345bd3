"""Query workers: processes that evaluate one query at a time and can be killed.

The engine cannot cancel a query, so none is evaluated in the server process. Import from the
modules, not from here: the fork server and the workers load this package at startup.
"""
