-- keeps: bearer, from, to, fromB, toB
SELECT number FROM answer_only_seem_to_disagree
WHERE true
AND bearer = :bearer
AND (:year IS NULL OR "from" IS NOT NULL OR "to" IS NOT NULL)
AND CAST(substr(coalesce("from", '0001'), 1, 4) AS INTEGER) <= :year
AND CAST(substr(coalesce("to", '9999'), 1, 4) AS INTEGER) >= :year
AND (:year IS NULL OR "fromB" IS NOT NULL OR "toB" IS NOT NULL)
AND CAST(substr(coalesce("fromB", '0001'), 1, 4) AS INTEGER) <= :year
AND CAST(substr(coalesce("toB", '9999'), 1, 4) AS INTEGER) >= :year
ORDER BY number
