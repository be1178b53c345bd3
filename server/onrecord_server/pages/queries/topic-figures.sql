SELECT DISTINCT
    t.claim, c.text, c.speakers, c.person, c.said_on, c.said_from, c.said_to,
    f.valid_for, f.valid_from, f.valid_to,
    s.bearer, s.bearer_name, s.versus, s.versus_name, s.product, s.measure,
    f.comparator_code, f.value, f.low, f.high, f.words, c.modality_code, c.modality, c.outlets,
    c.respun,
    c.taken_back AND (:as_of = '' OR c.taken_back_by <= :as_of)
FROM (
    SELECT claim FROM claim_topic
    WHERE topic = :topic AND compares = 1
        AND day <= coalesce(nullif(:after_day, ''), '9999')
        AND (day < coalesce(nullif(:after_day, ''), '9999') OR claim > :after)
        AND (:as_of = '' OR said_to <= :as_of)
    ORDER BY day DESC, claim LIMIT 1001
) AS t
JOIN claim AS c ON c.claim = t.claim
JOIN figure AS f ON f.claim = t.claim
JOIN series AS s ON s.series = f.series
WHERE s.bearer <> s.versus AND s.unit = 'times'
ORDER BY c.said_from, t.claim, f.words, s.bearer, s.versus, s.product, f.value
