-- keeps: speaker, only
SELECT number FROM answer_said_then_said_otherwise
WHERE true
AND "speaker" = :speaker
AND "only" = :only
ORDER BY number
