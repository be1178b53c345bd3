-- keeps: from, into
SELECT number FROM answer_measure_turned
WHERE true
AND "from" = :from
AND "into" = :into
ORDER BY number
