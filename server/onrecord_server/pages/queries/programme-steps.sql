SELECT DISTINCT
    c.claim, c.text, c.speakers, c.said_on, c.said_from, c.said_to, c.modality_code, c.put_as,
    c.condition, f.figure, f.series, s.name, f.comparator_code, f.value, f.low, f.high,
    coalesce(nullif(s.unit, ''), s.counts), f.per, f.words,
    f.valid_for, f.valid_from, f.valid_to, f.time_words, c.respun,
    c.taken_back AND (:as_of = '' OR c.taken_back_by <= :as_of),
    f.stated, f.stated_low, f.stated_high, f.over, s.money, s.flow,
    c.alters, c.alters_by, s.measure_code, s.bearer, s.measured
FROM json_each(:claim) AS asked
JOIN claim AS c ON c.claim = asked.value
LEFT JOIN figure AS f ON f.claim = c.claim
LEFT JOIN series AS s ON s.series = f.series
WHERE NOT c.withdrawn
ORDER BY
    c.said_from IS NULL AND c.said_to IS NULL, coalesce(c.said_from, c.said_to),
    c.claim, f.words, f.figure
