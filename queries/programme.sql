-- keeps: topic
SELECT number FROM answer_programme
WHERE true
AND "topic" = :topic
ORDER BY number
