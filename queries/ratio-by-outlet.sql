-- keeps: speaker, bearer
SELECT number FROM answer_ratio_by_outlet
WHERE true
AND "speaker" = :speaker
AND "bearer" = :bearer
ORDER BY number
