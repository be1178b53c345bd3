-- keeps: only
SELECT number FROM answer_same_series_compared
WHERE true
AND "only" = :only
ORDER BY number
