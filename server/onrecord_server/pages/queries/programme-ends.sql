SELECT
    unit, rate, measure, bearer, CASE WHEN unit IN ('times', 'percent') THEN series ELSE '' END,
    own, dated, sum(plans), min(first), max(last), max(latest)
FROM (
    SELECT
        coalesce(nullif(s.unit, ''), s.counts, '') AS unit, p.rate,
        coalesce(s.measure_code, '') AS measure, coalesce(s.bearer, '') AS bearer, p.series,
        p.own, p.dated, p.plans, p.first, p.last, p.latest
    FROM (
        SELECT
            series, is_rate AS rate,
            is_own AND (
                taken_back_by IS NULL OR (:as_of <> '' AND taken_back_by > :as_of)
            ) AS own,
            is_dated AS dated,
            count(*) AS plans,
            min(said || ' ' || claim) AS first,
            max(said || ' ' || "end" || ' ' || claim) AS last,
            max(until || ' ' || claim) AS latest
        FROM topic_plan
        WHERE topic = :topic AND (:as_of = '' OR said_to <= :as_of)
        GROUP BY 1, 2, 3, 4
    ) AS p
    LEFT JOIN series AS s ON s.series = p.series
)
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 1, 2, 3, 4, 5, 6, 7
