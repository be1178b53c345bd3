SELECT DISTINCT
    g.claim, g.other, g.seems, c.speakers, c.said_on, c.said_from, c.said_to, g.reason
FROM gainsaid AS g
LEFT JOIN claim AS c ON c.claim = g.other
WHERE g.claim IN (SELECT value FROM json_each(:claim)) AND (:as_of = '' OR c.said_to <= :as_of)
ORDER BY g.claim, c.said_from, g.other
LIMIT 500
