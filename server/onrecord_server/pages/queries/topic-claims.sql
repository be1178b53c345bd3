SELECT DISTINCT
    t.claim, c.text, c.speakers, c.said_on, c.said_from, c.said_to, c.modality, t.withdrawn
FROM (
    SELECT claim, day, withdrawn FROM claim_topic
    WHERE topic = :topic AND compares = 0
        AND day <= coalesce(nullif(:after_day, ''), '9999')
        AND (day < coalesce(nullif(:after_day, ''), '9999') OR claim > :after)
        AND (:as_of = '' OR said_to <= :as_of)
    ORDER BY day DESC, claim LIMIT 101
) AS t
LEFT JOIN claim AS c ON c.claim = t.claim
ORDER BY t.day DESC, t.claim
