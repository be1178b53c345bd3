SELECT DISTINCT
    t.claim, c.text, c.speakers, c.said_on, c.said_from, c.said_to, c.said_basis,
    c.event, (SELECT name FROM thing WHERE thing.thing = c.event), c.modality, c.outlets,
    c.taken_back, t.withdrawn
FROM (
    SELECT claim, day, withdrawn FROM claim_speaker
    WHERE actor = :speaker
        AND day <= coalesce(nullif(:after_day, ''), '9999')
        AND (day < coalesce(nullif(:after_day, ''), '9999') OR claim > :after)
    ORDER BY day DESC, claim LIMIT 101
) AS t
LEFT JOIN claim AS c ON c.claim = t.claim
ORDER BY t.day DESC, t.claim
