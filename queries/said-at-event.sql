-- keeps: event
SELECT number FROM answer_said_at_event
WHERE true
AND "event" = :event
ORDER BY number
