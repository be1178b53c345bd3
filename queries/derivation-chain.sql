-- keeps: claim
SELECT number FROM answer_derivation_chain
WHERE true
AND "claim" = :claim
ORDER BY number
