WITH latest AS (
    SELECT planned.value AS series, kind.total, kind.bound, (
        SELECT until FROM said_to_be_so AS w
        WHERE w.series = planned.value AND w.total = kind.total AND w.bound = kind.bound
            AND (:as_of = '' OR w.said_to <= :as_of)
        ORDER BY until DESC LIMIT 1
    ) AS last
    FROM json_each(:series) AS planned, (
        SELECT 0 AS total, 0 AS bound UNION ALL SELECT 0, 1 UNION ALL SELECT 1, 0
        UNION ALL SELECT 1, 1
    ) AS kind
)
SELECT DISTINCT
    w.series, s.name, c.claim, c.speakers, c.put_as, c.said_on, c.said_from, c.said_to,
    f.figure, f.comparator_code, f.value, f.low, f.high,
    coalesce(nullif(s.unit, ''), s.counts), f.per, f.words,
    f.valid_for, f.valid_from, f.valid_to, f.time_words, c.modality_code, c.respun,
    f.stated, f.stated_low, f.stated_high, f.over, s.flow
FROM latest
JOIN said_to_be_so AS w ON w.series = latest.series AND w.total = latest.total
    AND w.bound = latest.bound
    AND (:as_of = '' OR w.said_to <= :as_of)
    AND CASE WHEN w.is_rate THEN coalesce(w.valid_to, last) >= last ELSE w.until = last END
JOIN claim AS c ON c.claim = w.claim
JOIN figure AS f ON f.figure = w.figure
JOIN series AS s ON s.series = w.series
WHERE s.unit IS NOT NULL
ORDER BY w.series, c.said_from, c.claim, f.words, f.figure
