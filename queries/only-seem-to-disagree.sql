-- keeps: bearer, from, to
SELECT number FROM answer_only_seem_to_disagree
WHERE true
AND bearer = :bearer
AND CAST(substr(coalesce("from", '0001'), 1, 4) AS INTEGER) <= :year
AND CAST(substr(coalesce("to", '9999'), 1, 4) AS INTEGER) >= :year
ORDER BY number
