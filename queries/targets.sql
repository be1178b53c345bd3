-- keeps: bearer, last, from
SELECT number FROM answer_targets
WHERE true
AND bearer = :bearer
AND CAST(substr("last", 1, 4) AS INTEGER) >= :year
AND CAST(substr(coalesce("from", '0001'), 1, 4) AS INTEGER) <= :year
ORDER BY number
