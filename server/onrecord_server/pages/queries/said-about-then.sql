SELECT DISTINCT c.text, c.speakers, c.said_on, c.said_from, c.said_to, t.claim
FROM (
    SELECT claim FROM (
        SELECT claim FROM claim_topic WHERE topic = :thing
        UNION SELECT claim FROM figure WHERE series = :thing
    )
    JOIN claim AS each USING (claim)
    WHERE NOT each.withdrawn
        AND (each.said_from IS NULL OR each.said_from <= :as_of)
        AND (each.said_to IS NULL OR each.said_to > :as_of)
    ORDER BY claim LIMIT 100
) AS t
JOIN claim AS c ON c.claim = t.claim
ORDER BY c.said_from, c.said_to, t.claim
