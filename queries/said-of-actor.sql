-- keeps: actor, topic
SELECT number FROM answer_said_of_actor
WHERE true
AND "actor" = :actor
AND "topic" = :topic
ORDER BY number
