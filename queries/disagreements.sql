-- keeps: bearer, fromA, toA, fromB, toB
SELECT number FROM answer_disagreements
WHERE true
AND bearer = :bearer
AND CAST(substr(coalesce("fromA", '0001'), 1, 4) AS INTEGER) <= :year
AND CAST(substr(coalesce("toA", '9999'), 1, 4) AS INTEGER) >= :year
AND CAST(substr(coalesce("fromB", '0001'), 1, 4) AS INTEGER) <= :year
AND CAST(substr(coalesce("toB", '9999'), 1, 4) AS INTEGER) >= :year
ORDER BY number
