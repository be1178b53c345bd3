SELECT DISTINCT
    w.figure, w.kind, w.rank, w.strength, w.claim, c.text, c.speakers,
    c.said_on, c.said_from, c.said_to, l.words, w.because, w.later, l.series, l.valid_from,
    c.put_as, w.judged, w.altered, l.reading
FROM json_each(:plan) AS plan
JOIN figure AS f ON f.claim = plan.value
JOIN what_came AS w ON w.figure = f.figure
JOIN claim AS c ON c.claim = w.claim
LEFT JOIN figure AS l ON l.figure = w.later
WHERE :as_of = '' OR c.said_to <= :as_of
ORDER BY w.figure, w.rank, c.said_from, w.claim, l.words, w.later
