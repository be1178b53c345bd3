-- keeps: claim
SELECT number FROM answer_how_carried
WHERE true
AND "claim" = :claim
ORDER BY number
