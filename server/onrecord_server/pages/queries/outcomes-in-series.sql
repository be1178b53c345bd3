SELECT outcome, label, number
FROM series_outcome
WHERE series = :series
ORDER BY label
