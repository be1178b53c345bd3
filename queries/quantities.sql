-- keeps: only
SELECT number FROM answer_quantities
WHERE true
AND "only" = :only
ORDER BY number
