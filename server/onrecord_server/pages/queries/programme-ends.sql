SELECT
    unit, rate, measure, bearer, CASE WHEN lower(unit) IN ('times', 'percent') THEN series ELSE '' END,
    stands, of_another, of_outsider, dated, day_known, said_by,
    sum(plans), min(first), min(oldest), min(last), min(latest)
FROM (
    SELECT
        coalesce(nullif(s.unit, ''), s.counts, '') AS unit, p.rate,
        coalesce(s.measure_code, '') AS measure, coalesce(s.bearer, '') AS bearer, p.series,
        p.stands, p.of_another, p.of_outsider, p.dated, p.day_known, p.said_by,
        p.plans, p.first, p.oldest, p.last, p.latest
    FROM (
        SELECT
            series, is_rate AS rate,
            stands AND (
                taken_back_by IS NULL OR (:as_of <> '' AND taken_back_by > :as_of)
            ) AS stands,
            of_another, of_outsider, is_dated AS dated, day_known,
            CASE WHEN day_known THEN '' ELSE coalesce(said_to, '9999-12-31') END AS said_by,
            count(*) AS plans,
            min(said || ' ' || claim) AS first,
            min(coalesce(said_from, '') || ' ' || claim) AS oldest,
            min(said_left || ' ' || end_left || ' ' || claim) AS last,
            min(until_left || ' ' || said || ' ' || claim) AS latest
        FROM topic_plan
        WHERE topic = :topic AND (:as_of = '' OR said_to <= :as_of)
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    ) AS p
    LEFT JOIN series AS s ON s.series = p.series
)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
