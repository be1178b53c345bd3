-- keeps: bearer, first, second
SELECT number FROM answer_agreements
WHERE true
AND bearer = :bearer
AND ("first" = :claim OR "second" = :claim)
ORDER BY number
