SELECT claim, report FROM second_hand
WHERE claim IN (SELECT value FROM json_each(:claim))
ORDER BY claim, report
LIMIT 500
