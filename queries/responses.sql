-- keeps: only
SELECT number FROM answer_responses
WHERE true
AND "only" = :only
ORDER BY number
