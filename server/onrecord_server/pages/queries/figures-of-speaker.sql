SELECT DISTINCT
    t.claim, c.text, c.speakers, c.person, c.said_on, c.said_from, c.said_to, c.said_basis,
    f.series, s.name, s.bearer, s.bearer_name, s.versus, s.versus_name, s.product, s.measure,
    f.comparator_code, f.value, f.low, f.high, s.unit, f.per, f.words,
    f.valid_for, f.valid_from, f.valid_to, c.modality_code, c.modality, c.outlets,
    c.respun, c.taken_back
FROM (
    SELECT claim FROM claim_speaker
    WHERE actor = :speaker AND gives_figures = 1
        AND day <= coalesce(nullif(:after_day, ''), '9999')
        AND (day < coalesce(nullif(:after_day, ''), '9999') OR claim > :after)
    ORDER BY day DESC, claim LIMIT 101
) AS t
JOIN claim AS c ON c.claim = t.claim
JOIN figure AS f ON f.claim = t.claim
JOIN series AS s ON s.series = f.series
ORDER BY c.said_from, t.claim, f.words, f.series, f.value
