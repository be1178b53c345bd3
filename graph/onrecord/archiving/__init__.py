"""From bytes to an archive: pages, documents and captions are kept, with a text made of each.

What comes from outside may be broken, huge or hostile, so each text is made in a process of its
own, with little time and memory. Nothing is recorded here but sources and their snapshots.
"""
