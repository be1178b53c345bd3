SELECT kind, number FROM total ORDER BY kind
